// Optimizer: base of the cells that change parameters by their gradients.
#pragma once
#include "nucella/optim/rates.h"

namespace nucella::nn {

/// What every optimizer takes besides its own settings; names and meaning as in MindSpore.
struct OptimizerOptions {
  /// Factor of the parameter that is added to its gradient, unless the name has "beta" or "gamma" in it and
  /// the parameters are not in groups.
  WeightDecay weight_decay = 0.0;
  /// The gradients arrive multiplied by this.
  double loss_scale = 1.0;
};

/// Its own parameters are `global_step` (1,), `learning_rate` (`learning_rate_group_<n>` for groups with a
/// rate of their own) and what the algorithm keeps for each parameter
/// ("moments.<name>", ...); these stay declared, and cost nothing, until the first step.
class Optimizer : public Cell {
 public:
  /// One step with one gradient per parameter, in the order of parameters(). ValueError for another number.
  void step(const Tensors& gradients);

  const ParameterTuple& parameters() const { return parameters_; }
  /// The rate of the next step for parameters()[parameter]: 0-d, float32.
  Tensor get_lr(size_t parameter = 0) const;
  /// Where that rate comes from: a number or table that is a parameter, or the user's schedule. ValueError
  /// when the optimizer does not have `param`.
  const Rate& get_lr_parameter(const Parameter& param) const;
  /// Decay of each of parameters() in the step that comes next, and whether it is applied at all.
  std::vector<double> weight_decay() const;
  const std::vector<bool>& decay_flags() const { return decay_flags_; }
  /// The decays themselves, 0 where they are not applied.
  std::vector<WeightDecay> applied_decay() const;
  bool is_group() const { return is_group_; }
  bool is_group_lr() const { return is_group_lr_; }
  bool is_group_params_ordered() const { return ordered_; }
  /// True when a rate is a table or schedule.
  bool dynamic_lr() const { return dynamic_lr_; }
  /// True when a decay is a schedule.
  bool dynamic_weight_decay() const;
  double loss_scale() const { return options_.loss_scale; }
  /// The gradients with the decay of the weights (times loss_scale) added, as far as it is applied.
  Tensors decay_weight(const Tensors& gradients) const;
  /// The gradients without their means, for the parameters whose groups ask for it.
  Tensors gradients_centralization(const Tensors& gradients) const;
  /// The gradients divided by loss_scale.
  Tensors scale_grad(const Tensors& gradients) const;
  /// From now on gradients come as they shall be used: no decay, no means taken out, no scale.
  void take_ready_gradients();
  /// Steps made so far.
  int64_t steps() const;
  /// Parameters of the optimizer itself, without those of the net: what a checkpoint needs to go on.
  std::vector<Parameter> state() const;
  /// What the algorithm keeps for each of parameters(), by the name of MindSpore's attribute ("moment1");
  /// null for another name.
  const ParameterTuple* find_state(std::string_view name) const;

 protected:
  /// ValueError for no parameters, a negative rate or weight decay, or a loss scale that is not positive, and
  /// as resolve_groups(); `who` goes into the texts.
  Optimizer(std::string_view who, const OptimizerParams& params, const LearningRate& learning_rate,
            OptimizerOptions options);
  /// Parameters that are updated alike, by their index in parameters().
  struct Group {
    std::vector<size_t> members = {};
    double weight_decay = 0;  ///< of the step that is made
    size_t rate = 0;
    bool centralize = false;
    WeightDecay decay = {};
  };
  /// Changes the parameters of a group by all gradients and the rate.
  virtual void update(const Group& group, const Tensors& gradients, const Tensor& lr) = 0;
  /// Whether the groups that ask for it get centralised gradients, which contain the weight decay.
  virtual bool centralises() const { return true; }
  /// Makes a step with gradients that have been checked.
  virtual void run(const Tensors& gradients);
  /// True when update() adds the weight decay to a step instead of the gradient, so that it comes after the
  /// means are taken out.
  virtual bool decoupled() const { return false; }
  /// Called once in every step, before the updates.
  virtual void begin_step() {}
  /// The members' entries of a list that has one for each parameter.
  template <class List>
  static Tensors pick(const List& list, const Group& group) {
    Tensors picked;
    picked.reserve(group.members.size());
    for (size_t i : group.members) picked.push_back(list[i]);
    return picked;
  }
  /// Applies the weight decay to all of parameters(), whatever their names.
  void decay_all();
  /// What the gradients have to be multiplied by.
  double grad_scale() const { return 1 / options_.loss_scale; }
  Value construct_values(const Values& inputs) override;

  /// One more parameter for each of parameters(), `prefix.name`, filled with `init` at the first step;
  /// find_state() knows them as `attribute`, or when that is empty as `prefix`.
  ParameterTuple make_state(std::string_view prefix, std::string_view init, std::string_view attribute = {});
  ParameterTuple make_state(std::string_view prefix, double init);
  /// One more number of the optimizer's own.
  Parameter make_scalar(std::string_view name, double value, const Shape& shape = {});
  /// Parameters made elsewhere for each of parameters(), under their own names; for find_state(), `name`.
  ParameterTuple keep_state(std::string_view name, std::vector<Parameter> made);

 private:
  ParameterTuple adopt_state(std::string_view attribute, ParameterTuple made);
  void take_grouped(const OptimizerParams& params, const LearningRate& learning_rate);
  void take_plain(const OptimizerParams& params, const LearningRate& learning_rate);
  void register_rates();
  void set_groups(const std::vector<bool>& centralize);
  Tensors decayed(const Group& group, Tensors gradients) const;
  Tensors centralized(const Group& group, Tensors gradients) const;

  std::string who_;
  OptimizerOptions options_;
  ParameterTuple parameters_;
  std::vector<Rate> rates_;
  std::vector<size_t> rate_of_;  // of each parameter
  std::vector<WeightDecay> weight_decay_;
  std::vector<bool> decay_flags_;
  bool is_group_ = false, is_group_lr_ = false, ordered_ = false, dynamic_lr_ = false;
  std::vector<Group> groups_;
  std::vector<Parameter> state_;
  Named<ParameterTuple> state_lists_;
  Parameter global_step_;
};

}  // namespace nucella::nn
