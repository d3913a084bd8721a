// Rates: the learning rates of an optimizer, one or one for each parameter, as parameters or schedules.
#pragma once
#include "nucella/optim/param_group.h"

namespace nucella::nn {

/// One learning rate: a number that is a parameter of the optimizer, or a cell that computes it from the
/// step.
struct Rate {
  Parameter number;
  std::shared_ptr<LearningRateSchedule> schedule;
  /// Of the step that comes next: 0-d, float32.
  Tensor at(const Tensor& global_step) const;
  /// The parameter that holds the number or table; undefined for a schedule of the user's.
  Parameter parameter() const;
};

/// The parameters of all groups in the optimizer's order, with the settings of each.
struct GroupedParams {
  std::vector<Parameter> params;
  std::vector<Rate> rates;      ///< the distinct ones
  std::vector<size_t> rate_of;  ///< index into `rates` for each parameter
  std::vector<WeightDecay> weight_decay;
  std::vector<bool> centralize;
  bool has_group_lr = false;  ///< a group has a rate of its own
  bool ordered = false;       ///< a group gave 'order_params'
};

/// A rate whose parameter, if it has one, is called `name`; with `as_cell` a number becomes a cell as well.
/// ValueError for a negative rate, an empty table or a tensor of several dimensions.
Rate make_rate(std::string_view who, const LearningRate& rate, std::string_view name, bool as_cell = false);

/// ValueError for a negative number.
void check_weight_decay(std::string_view who, const WeightDecay& weight_decay);

/// True for a table or a schedule.
bool is_dynamic(const LearningRate& rate);

/// ValueError for an empty group, one that has 'order_params' and something else, tables of different
/// lengths, and an order that is not one of all parameters; RuntimeError for a parameter that comes twice;
/// TypeError for an undefined one.
GroupedParams resolve_groups(std::string_view who, const std::vector<ParamGroup>& groups,
                             const LearningRate& learning_rate, const WeightDecay& weight_decay);

}  // namespace nucella::nn
