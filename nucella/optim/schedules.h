// Schedules: learning rates as functions of the global step, as MindSpore's nn.learning_rate_schedule.
#pragma once
#include "nucella/optim/learning_rate.h"

namespace nucella::nn {

/// What the three decays share: their numbers, all of which must be positive (ValueError).
class DecayLR : public LearningRateSchedule {
 protected:
  DecayLR(std::string_view who, double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair);
  /// step / decay_steps, rounded down if is_stair.
  Tensor periods(const Tensor& global_step) const;

  double learning_rate_, decay_rate_;
  int64_t decay_steps_;
  bool is_stair_;
};

/// learning_rate * decay_rate^p with p = step / decay_steps, rounded down if is_stair.
class ExponentialDecayLR : public DecayLR {
 public:
  ExponentialDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false)
      : DecayLR("ExponentialDecayLR", learning_rate, decay_rate, decay_steps, is_stair) {}
  Tensor construct(const Tensor& global_step) override;
};

/// learning_rate * e^(-decay_rate * p) with p = step, or the last multiple of decay_steps if is_stair.
class NaturalExpDecayLR : public DecayLR {
 public:
  NaturalExpDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false)
      : DecayLR("NaturalExpDecayLR", learning_rate, decay_rate, decay_steps, is_stair) {}
  Tensor construct(const Tensor& global_step) override;
};

/// learning_rate / (1 + decay_rate * p) with p = step / decay_steps, rounded down if is_stair.
class InverseDecayLR : public DecayLR {
 public:
  InverseDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair = false)
      : DecayLR("InverseDecayLR", learning_rate, decay_rate, decay_steps, is_stair) {}
  Tensor construct(const Tensor& global_step) override;
};

/// From max_lr down to min_lr along half a cosine in decay_steps, then min_lr.
class CosineDecayLR : public LearningRateSchedule {
 public:
  /// ValueError unless 0 <= min_lr < max_lr and decay_steps is positive.
  CosineDecayLR(double min_lr, double max_lr, int64_t decay_steps);
  Tensor construct(const Tensor& global_step) override;

 private:
  double min_lr_, max_lr_;
  int64_t decay_steps_;
};

/// (learning_rate - end_learning_rate) * (1 - min(step, d) / d)^power + end_learning_rate, where d is
/// decay_steps, or with update_decay_steps the multiple of it that the step has not passed.
class PolynomialDecayLR : public LearningRateSchedule {
 public:
  /// ValueError unless the numbers are positive (end_learning_rate may be 0).
  PolynomialDecayLR(double learning_rate, double end_learning_rate, int64_t decay_steps, double power,
                    bool update_decay_steps = false);
  Tensor construct(const Tensor& global_step) override;

 private:
  double learning_rate_, end_learning_rate_;
  int64_t decay_steps_;
  double power_;
  bool update_decay_steps_;
};

/// learning_rate * min(step, warmup_steps) / warmup_steps.
class WarmUpLR : public LearningRateSchedule {
 public:
  /// ValueError for a negative learning_rate, or warmup_steps that is not positive.
  WarmUpLR(double learning_rate, int64_t warmup_steps);
  Tensor construct(const Tensor& global_step) override;

 private:
  double learning_rate_;
  int64_t warmup_steps_;
};

}  // namespace nucella::nn
