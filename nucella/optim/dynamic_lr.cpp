#include "nucella/optim/dynamic_lr.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nucella/base/error.h"

namespace nucella::nn {
namespace {

template <class T>
void check_positive(const char* who, const char* name, T value) {
  check<ValueError>(value > 0, "For '", who, "', '", name, "' must be greater than 0, got ", value);
}

void check_not_negative(const char* who, const char* name, double value) {
  check<ValueError>(value >= 0, "For '", who, "', '", name, "' must not be negative, got ", value);
}

// What `rate` gives for the epoch of each step.
template <class F>
std::vector<double> table(const char* who, const TableSteps& steps, F rate) {
  check_positive(who, "total_step", steps.total_step);
  check_positive(who, "step_per_epoch", steps.step_per_epoch);
  check_positive(who, "decay_epoch", steps.decay_epoch);
  std::vector<double> out;
  out.reserve(static_cast<size_t>(steps.total_step));
  for (int64_t i = 0; i < steps.total_step; ++i) out.push_back(rate(i / steps.step_per_epoch));
  return out;
}

double quotient(int64_t epoch, int64_t length, bool whole) {
  return whole ? static_cast<double>(epoch / length)
               : static_cast<double>(epoch) / static_cast<double>(length);
}

}  // namespace

std::vector<double> piecewise_constant_lr(const std::vector<int64_t>& milestone,
                                          const std::vector<double>& learning_rates) {
  constexpr auto kWho = "piecewise_constant_lr";
  check<ValueError>(milestone.size() == learning_rates.size(), "For '", kWho,
                    "', 'milestone' and 'learning_rates' must have one length, got ", milestone.size(),
                    " and ", learning_rates.size());
  std::vector<double> out;
  for (size_t i = 0; i < milestone.size(); ++i) {
    check_positive(kWho, "milestone", milestone[i]);
    check<ValueError>(i == 0 || milestone[i] >= milestone[i - 1], "For '", kWho,
                      "', 'milestone' must not go down, got ", milestone[i], " after ",
                      milestone[i > 0 ? i - 1 : 0]);
    out.resize(static_cast<size_t>(milestone[i]), learning_rates[i]);
  }
  return out;
}

std::vector<double> exponential_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                         bool is_stair) {
  check_positive("exponential_decay_lr", "learning_rate", learning_rate);
  check_positive("exponential_decay_lr", "decay_rate", decay_rate);
  return table("exponential_decay_lr", steps, [&](int64_t epoch) {
    return learning_rate * std::pow(decay_rate, quotient(epoch, steps.decay_epoch, is_stair));
  });
}

std::vector<double> natural_exp_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                         bool is_stair) {
  check_positive("natural_exp_decay_lr", "learning_rate", learning_rate);
  check_positive("natural_exp_decay_lr", "decay_rate", decay_rate);
  return table("natural_exp_decay_lr", steps, [&](int64_t epoch) {
    const int64_t at = is_stair ? epoch / steps.decay_epoch * steps.decay_epoch : epoch;
    return learning_rate * std::pow(std::numbers::e, -decay_rate * static_cast<double>(at));
  });
}

std::vector<double> inverse_decay_lr(double learning_rate, double decay_rate, TableSteps steps,
                                     bool is_stair) {
  check_positive("inverse_decay_lr", "learning_rate", learning_rate);
  check_positive("inverse_decay_lr", "decay_rate", decay_rate);
  return table("inverse_decay_lr", steps, [&](int64_t epoch) {
    if (is_stair) return learning_rate / (1 + decay_rate * quotient(epoch, steps.decay_epoch, true));
    return learning_rate /
           (1 + decay_rate * static_cast<double>(epoch) / static_cast<double>(steps.decay_epoch));
  });
}

std::vector<double> cosine_decay_lr(double min_lr, double max_lr, TableSteps steps) {
  check_not_negative("cosine_decay_lr", "min_lr", min_lr);
  check_positive("cosine_decay_lr", "max_lr", max_lr);
  check<ValueError>(min_lr < max_lr, "For 'cosine_decay_lr', 'max_lr' must be greater than 'min_lr', got ",
                    max_lr, " and ", min_lr);
  const double delta = 0.5 * (max_lr - min_lr);
  return table("cosine_decay_lr", steps, [&](int64_t epoch) {
    const auto at = static_cast<double>(std::min(epoch, steps.decay_epoch));
    return min_lr + delta * (1 + std::cos(std::numbers::pi * at / static_cast<double>(steps.decay_epoch)));
  });
}

std::vector<double> polynomial_decay_lr(double learning_rate, double end_learning_rate, TableSteps steps,
                                        double power, bool update_decay_epoch) {
  check_positive("polynomial_decay_lr", "learning_rate", learning_rate);
  check_not_negative("polynomial_decay_lr", "end_learning_rate", end_learning_rate);
  check_positive("polynomial_decay_lr", "power", power);
  return table("polynomial_decay_lr", steps, [&](int64_t epoch) {
    const int64_t once = steps.decay_epoch;
    const int64_t length = update_decay_epoch ? once * std::max<int64_t>((epoch + once - 1) / once, 1) : once;
    const double passed = quotient(std::min(epoch, length), length, false);
    return (learning_rate - end_learning_rate) * std::pow(1 - passed, power) + end_learning_rate;
  });
}

std::vector<double> warmup_lr(double learning_rate, int64_t total_step, int64_t step_per_epoch,
                              int64_t warmup_epoch) {
  check_not_negative("warmup_lr", "learning_rate", learning_rate);
  check_positive("warmup_lr", "warmup_epoch", warmup_epoch);
  return table("warmup_lr", {total_step, step_per_epoch, warmup_epoch}, [&](int64_t epoch) {
    return learning_rate * static_cast<double>(std::min(epoch, warmup_epoch)) /
           static_cast<double>(warmup_epoch);
  });
}

}  // namespace nucella::nn
