// ParamGroup: parameters of a net that an optimizer treats alike, with settings of their own.
#pragma once
#include <initializer_list>
#include <optional>
#include <vector>

#include "nucella/optim/learning_rate.h"

namespace nucella::nn {

/// The factor of a parameter that joins its gradient: a number, or a cell that computes it from the global
/// step.
class WeightDecay {
 public:
  WeightDecay(double value = 0) : value_(value) {}
  WeightDecay(int value) : value_(value) {}
  template <std::derived_from<Cell> C>
  WeightDecay(std::shared_ptr<C> schedule) : schedule_(std::move(schedule)) {}

  /// Undefined for a number.
  const CellPtr& schedule() const { return schedule_; }
  double number() const { return value_; }
  /// In the step that comes next.
  double at(const Tensor& global_step) const;
  friend bool operator==(const WeightDecay&, const WeightDecay&) = default;

 private:
  double value_ = 0;
  CellPtr schedule_;
};

/// MindSpore's dict of a parameter group. What is not given is as the optimizer's own argument says.
struct ParamGroup {
  std::vector<Parameter> params = {};
  std::optional<LearningRate> lr = {};
  std::optional<WeightDecay> weight_decay = {};
  /// Subtracts from the gradient its mean over all axes but the first, if there are several and the second
  /// has a multiple of 16 entries.
  bool grad_centralization = false;
  /// In a group that has nothing else: the parameters of all groups in the order that the optimizer shall
  /// have.
  std::vector<Parameter> order_params = {};
};

/// What an optimizer takes as its parameters: parameters, or groups of them.
class OptimizerParams {
 public:
  OptimizerParams() = default;
  OptimizerParams(std::vector<Parameter> params) : params_(std::move(params)) {}
  OptimizerParams(std::initializer_list<Parameter> params) : params_(params) {}
  OptimizerParams(std::vector<ParamGroup> groups) : groups_(std::move(groups)) {}
  OptimizerParams(std::initializer_list<ParamGroup> groups) : groups_(groups) {}

  bool grouped() const { return !groups_.empty(); }
  const std::vector<Parameter>& params() const { return params_; }
  const std::vector<ParamGroup>& groups() const { return groups_; }

 private:
  std::vector<Parameter> params_;
  std::vector<ParamGroup> groups_;
};

}  // namespace nucella::nn
