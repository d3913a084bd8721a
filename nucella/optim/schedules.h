// Learning rates that follow the step: MindSpore's schedules as cells, and as tables with one rate per step.
#pragma once
#include "nucella/optim/learning_rate.h"

namespace nucella::nn {

/// How a rate falls: the formulas take t = step / decay_steps, or with `is_stair` the whole part of it.
struct DecayOptions {
  double decay_rate = 0;
  int64_t decay_steps = 1;
  bool is_stair = false;
};

/// Base of the schedules whose rate is a function of one number, the step; computed in float32 as in
/// MindSpore.
class StepSchedule : public LearningRateSchedule {
 public:
  Tensor construct(const Tensor& global_step) override;

 protected:
  StepSchedule() = default;
  virtual Tensor rate(const Tensor& step) const = 0;
};

/// learning_rate * decay_rate^t. All schedules: ValueError unless rates and numbers of steps are positive
/// (the lower ends of a range may be 0).
class ExponentialDecayLR : public StepSchedule {
 public:
  ExponentialDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double learning_rate_;
  DecayOptions decay_;
};

/// learning_rate * exp(-decay_rate * t), where t is the step, or with `is_stair` the step rounded down to a
/// multiple of decay_steps.
class NaturalExpDecayLR : public StepSchedule {
 public:
  NaturalExpDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double learning_rate_;
  DecayOptions decay_;
};

/// learning_rate / (1 + decay_rate * t).
class InverseDecayLR : public StepSchedule {
 public:
  InverseDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double learning_rate_;
  DecayOptions decay_;
};

/// min_lr + (max_lr - min_lr) / 2 * (1 + cos(pi * min(step, decay_steps) / decay_steps)).
class CosineDecayLR : public StepSchedule {
 public:
  CosineDecayLR(double min_lr, double max_lr, int64_t decay_steps);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double min_lr_, max_lr_;
  int64_t decay_steps_;
};

/// (learning_rate - end) * (1 - min(step, decay_steps) / decay_steps)^power + end. With `update_decay_steps`
/// decay_steps is stretched to the next multiple of itself that the step does not exceed.
class PolynomialDecayLR : public StepSchedule {
 public:
  PolynomialDecayLR(double learning_rate, double end_learning_rate, int64_t decay_steps, double power,
                    bool update_decay_steps = false);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double learning_rate_, end_learning_rate_, power_;
  int64_t decay_steps_;
  bool update_decay_steps_;
};

/// learning_rate * min(step, warmup_steps) / warmup_steps.
class WarmUpLR : public StepSchedule {
 public:
  WarmUpLR(double learning_rate, int64_t warmup_steps);

 protected:
  Tensor rate(const Tensor& step) const override;

 private:
  double learning_rate_;
  int64_t warmup_steps_;
};

/// What the tables share: the rate of step i is that of its epoch, i / step_per_epoch.
struct TableOptions {
  int64_t total_step = 1;
  int64_t step_per_epoch = 1;
};

/// learning_rates[k] for the steps below milestone[k] that no earlier milestone covers. ValueError unless
/// there are as many rates as milestones, and these are positive and do not fall.
std::vector<double> piecewise_constant_lr(const std::vector<int64_t>& milestone,
                                          const std::vector<double>& learning_rates);
/// The formulas of the schedules above, with epochs for steps. ValueErrors as there.
std::vector<double> exponential_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                         int64_t decay_epoch, bool is_stair = false);
std::vector<double> natural_exp_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                         int64_t decay_epoch, bool is_stair = false);
std::vector<double> inverse_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                     int64_t decay_epoch, bool is_stair = false);
std::vector<double> cosine_decay_lr(double min_lr, double max_lr, TableOptions table, int64_t decay_epoch);
std::vector<double> polynomial_decay_lr(double learning_rate, double end_learning_rate, TableOptions table,
                                        int64_t decay_epoch, double power, bool update_decay_epoch = false);
std::vector<double> warmup_lr(double learning_rate, TableOptions table, int64_t warmup_epoch);

}  // namespace nucella::nn
