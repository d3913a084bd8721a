// Tables of learning rates, one entry per step, as MindSpore's nn.dynamic_lr.
#pragma once
#include <cstdint>
#include <vector>

namespace nucella::nn {

/// How a table runs: the epoch of step i is i / step_per_epoch, rounded down.
struct TableSteps {
  int64_t total_step = 0;
  int64_t step_per_epoch = 0;
  int64_t decay_epoch = 0;
};

/// learning_rates[i] up to the step milestone[i]. ValueError for lists of different lengths, or milestones
/// that are not positive or go down.
std::vector<double> piecewise_constant_lr(const std::vector<int64_t>& milestone,
                                          const std::vector<double>& learning_rates);
/// learning_rate * decay_rate^(epoch / decay_epoch), the exponent rounded down if is_stair. ValueError, as
/// for all below, for numbers that are not positive.
std::vector<double> exponential_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                         bool is_stair = false);
/// learning_rate * e^(-decay_rate * epoch), with is_stair of the last multiple of decay_epoch.
std::vector<double> natural_exp_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                         bool is_stair = false);
/// learning_rate / (1 + decay_rate * epoch / decay_epoch), the quotient rounded down if is_stair.
std::vector<double> inverse_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                     bool is_stair = false);
/// From max_lr down to min_lr along half a cosine. ValueError unless 0 <= min_lr < max_lr.
std::vector<double> cosine_decay_lr(double min_lr, double max_lr, TableSteps steps);
/// (learning_rate - end_learning_rate) * (1 - min(epoch, d) / d)^power + end_learning_rate, where d is
/// decay_epoch, or with update_decay_epoch the multiple of it that the epoch has not passed.
std::vector<double> polynomial_decay_lr(double learning_rate, double end_learning_rate, TableSteps steps,
                                        double power, bool update_decay_epoch = false);
/// learning_rate * min(epoch, warmup_epoch) / warmup_epoch.
std::vector<double> warmup_lr(double learning_rate, int64_t total_step, int64_t step_per_epoch,
                              int64_t warmup_epoch);

}  // namespace nucella::nn
