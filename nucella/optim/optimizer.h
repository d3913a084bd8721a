// Optimizer: base of the cells that change parameters by their gradients.
#pragma once
#include "nucella/optim/learning_rate.h"

namespace nucella::nn {

/// What every optimizer takes besides its own settings; names and meaning as in MindSpore.
struct OptimizerOptions {
  /// Factor of the parameter that is added to its gradient, unless the name has "beta" or "gamma" in it.
  double weight_decay = 0.0;
  /// The gradients arrive multiplied by this.
  double loss_scale = 1.0;
};

/// Its own parameters are `global_step` (1,), `learning_rate` and what the algorithm keeps for each parameter
/// ("moments.<name>", ...); these stay declared, and cost nothing, until the first step.
class Optimizer : public Cell {
 public:
  /// One step with one gradient per parameter, in the order of parameters(). ValueError for another number.
  void step(const Tensors& gradients);

  const ParameterTuple& parameters() const { return parameters_; }
  /// The rate of the next step: 0-d, float32.
  Tensor get_lr();
  /// Steps made so far.
  int64_t steps() const;
  /// Parameters of the optimizer itself, without those of the net: what a checkpoint needs to go on.
  std::vector<Parameter> state() const;

 protected:
  /// ValueError for no parameters, a negative rate or weight decay, or a loss scale that is not positive;
  /// `who` goes into the texts.
  Optimizer(std::string_view who, std::vector<Parameter> parameters, const LearningRate& learning_rate,
            OptimizerOptions options);
  /// Parameters that are updated alike, by their index in parameters().
  struct Group {
    std::vector<size_t> members = {};
    double weight_decay = 0;
  };
  /// Changes the parameters of a group by all gradients and the rate.
  virtual void update(const Group& group, const Tensors& gradients, const Tensor& lr) = 0;
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
  /// What the gradients have to be multiplied by.
  double grad_scale() const { return 1 / options_.loss_scale; }
  Value construct_values(const Values& inputs) override;

  /// One more parameter for each of parameters(), `prefix.name`, filled with `init` at the first step.
  ParameterTuple make_state(std::string_view prefix, std::string_view init);
  /// One more number of the optimizer's own.
  Parameter make_scalar(std::string_view name, double value);

 private:
  void set_learning_rate(const LearningRate& learning_rate);
  void set_groups();

  std::string who_;
  OptimizerOptions options_;
  ParameterTuple parameters_;
  std::vector<Group> groups_;
  std::vector<Parameter> state_;
  Parameter global_step_;
  Parameter learning_rate_;  // undefined with a table or schedule
  std::shared_ptr<LearningRateSchedule> schedule_;
};

}  // namespace nucella::nn
