#include "nucella/optim/schedules.h"

#include <cmath>
#include <numbers>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

double positive(std::string_view who, std::string_view argument, double value) {
  check<ValueError>(value > 0, "For '", who, "', '", argument, "' must be greater than 0, got ", value);
  return value;
}

int64_t positive(std::string_view who, std::string_view argument, int64_t value) {
  check<ValueError>(value > 0, "For '", who, "', '", argument, "' must be greater than 0, got ", value);
  return value;
}

double not_negative(std::string_view who, std::string_view argument, double value) {
  check<ValueError>(value >= 0, "For '", who, "', '", argument, "' must be at least 0, got ", value);
  return value;
}

void check_range(std::string_view who, double min_lr, double max_lr) {
  not_negative(who, "min_lr", min_lr);
  positive(who, "max_lr", max_lr);
  check<ValueError>(min_lr < max_lr, "For '", who, "', 'max_lr' must be greater than 'min_lr', got ", max_lr,
                    " and ", min_lr);
}

DecayOptions checked(std::string_view who, double learning_rate, const DecayOptions& decay,
                     std::string_view steps = "decay_steps") {
  positive(who, "learning_rate", learning_rate);
  positive(who, "decay_rate", decay.decay_rate);
  positive(who, steps, decay.decay_steps);
  return decay;
}

// step / decay_steps, or its whole part.
Tensor progress(const Tensor& step, const DecayOptions& decay) {
  const Tensor t = step / static_cast<double>(decay.decay_steps);
  return decay.is_stair ? ops::floor(t) : t;
}

// The part of `steps` that has passed, at most 1.
Tensor part(const Tensor& step, int64_t steps) {
  const auto all = static_cast<double>(steps);
  return ops::minimum(step, scalar(all)) / all;
}

}  // namespace

Tensor StepSchedule::construct(const Tensor& global_step) { return rate(ops::cast(global_step, float32)); }

ExponentialDecayLR::ExponentialDecayLR(double learning_rate, double decay_rate, int64_t decay_steps,
                                       bool is_stair)
    : learning_rate_(learning_rate),
      decay_(checked("ExponentialDecayLR", learning_rate, {decay_rate, decay_steps, is_stair})) {}

Tensor ExponentialDecayLR::rate(const Tensor& step) const {
  return learning_rate_ * ops::pow(scalar(decay_.decay_rate), progress(step, decay_));
}

NaturalExpDecayLR::NaturalExpDecayLR(double learning_rate, double decay_rate, int64_t decay_steps,
                                     bool is_stair)
    : learning_rate_(learning_rate),
      decay_(checked("NaturalExpDecayLR", learning_rate, {decay_rate, decay_steps, is_stair})) {}

Tensor NaturalExpDecayLR::rate(const Tensor& step) const {
  const Tensor t = decay_.is_stair ? progress(step, decay_) * static_cast<double>(decay_.decay_steps) : step;
  return learning_rate_ * ops::exp(-decay_.decay_rate * t);
}

InverseDecayLR::InverseDecayLR(double learning_rate, double decay_rate, int64_t decay_steps, bool is_stair)
    : learning_rate_(learning_rate),
      decay_(checked("InverseDecayLR", learning_rate, {decay_rate, decay_steps, is_stair})) {}

Tensor InverseDecayLR::rate(const Tensor& step) const {
  return learning_rate_ / (1.0 + decay_.decay_rate * progress(step, decay_));
}

CosineDecayLR::CosineDecayLR(double min_lr, double max_lr, int64_t decay_steps)
    : min_lr_(min_lr), max_lr_(max_lr), decay_steps_(positive("CosineDecayLR", "decay_steps", decay_steps)) {
  check_range("CosineDecayLR", min_lr, max_lr);
}

Tensor CosineDecayLR::rate(const Tensor& step) const {
  const Tensor wave = ops::cos(std::numbers::pi * part(step, decay_steps_));
  return min_lr_ + 0.5 * (max_lr_ - min_lr_) * (1.0 + wave);
}

PolynomialDecayLR::PolynomialDecayLR(double learning_rate, double end_learning_rate, int64_t decay_steps,
                                     double power, bool update_decay_steps)
    : learning_rate_(positive("PolynomialDecayLR", "learning_rate", learning_rate)),
      end_learning_rate_(not_negative("PolynomialDecayLR", "end_learning_rate", end_learning_rate)),
      power_(positive("PolynomialDecayLR", "power", power)),
      decay_steps_(positive("PolynomialDecayLR", "decay_steps", decay_steps)),
      update_decay_steps_(update_decay_steps) {}

Tensor PolynomialDecayLR::rate(const Tensor& step) const {
  Tensor passed = part(step, decay_steps_);
  if (update_decay_steps_) {
    const Tensor t = step / static_cast<double>(decay_steps_);
    passed = t / ops::maximum(ops::ceil(t), scalar(1));
  }
  const Tensor left = ops::pow(1.0 - passed, scalar(power_));
  return (learning_rate_ - end_learning_rate_) * left + end_learning_rate_;
}

WarmUpLR::WarmUpLR(double learning_rate, int64_t warmup_steps)
    : learning_rate_(not_negative("WarmUpLR", "learning_rate", learning_rate)),
      warmup_steps_(positive("WarmUpLR", "warmup_steps", warmup_steps)) {}

Tensor WarmUpLR::rate(const Tensor& step) const { return learning_rate_ * part(step, warmup_steps_); }

namespace {

// One rate for each step: `rate(epoch)`.
template <class F>
std::vector<double> table_of(std::string_view who, const TableOptions& table, F rate) {
  positive(who, "total_step", table.total_step);
  positive(who, "step_per_epoch", table.step_per_epoch);
  std::vector<double> rates;
  for (int64_t i = 0; i < table.total_step; ++i)
    rates.push_back(rate(static_cast<double>(i / table.step_per_epoch)));
  return rates;
}

double progress(double epoch, const DecayOptions& decay) {
  const double t = epoch / static_cast<double>(decay.decay_steps);
  return decay.is_stair ? std::floor(t) : t;
}

}  // namespace

std::vector<double> piecewise_constant_lr(const std::vector<int64_t>& milestone,
                                          const std::vector<double>& learning_rates) {
  constexpr std::string_view kWho = "piecewise_constant_lr";
  check<ValueError>(milestone.size() == learning_rates.size(), "For '", kWho,
                    "', 'milestone' and 'learning_rates' must have one size, got ", milestone.size(), " and ",
                    learning_rates.size());
  std::vector<double> rates;
  for (size_t k = 0; k < milestone.size(); ++k) {
    positive(kWho, str("milestone[", k, "]"), milestone[k]);
    check<ValueError>(k == 0 || milestone[k] >= milestone[k - 1], "For '", kWho,
                      "', the values of 'milestone' must not fall, got ", milestone[k], " after ",
                      k == 0 ? 0 : milestone[k - 1]);
    rates.resize(static_cast<size_t>(milestone[k]), learning_rates[k]);
  }
  return rates;
}

std::vector<double> exponential_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                         int64_t decay_epoch, bool is_stair) {
  const DecayOptions decay =
      checked("exponential_decay_lr", learning_rate, {decay_rate, decay_epoch, is_stair}, "decay_epoch");
  return table_of("exponential_decay_lr", table,
                  [&](double epoch) { return learning_rate * std::pow(decay_rate, progress(epoch, decay)); });
}

std::vector<double> natural_exp_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                         int64_t decay_epoch, bool is_stair) {
  const DecayOptions decay =
      checked("natural_exp_decay_lr", learning_rate, {decay_rate, decay_epoch, is_stair}, "decay_epoch");
  return table_of("natural_exp_decay_lr", table, [&](double epoch) {
    const double t = is_stair ? progress(epoch, decay) * static_cast<double>(decay_epoch) : epoch;
    return learning_rate * std::exp(-decay_rate * t);
  });
}

std::vector<double> inverse_decay_lr(double learning_rate, double decay_rate, TableOptions table,
                                     int64_t decay_epoch, bool is_stair) {
  const DecayOptions decay =
      checked("inverse_decay_lr", learning_rate, {decay_rate, decay_epoch, is_stair}, "decay_epoch");
  return table_of("inverse_decay_lr", table,
                  [&](double epoch) { return learning_rate / (1 + decay_rate * progress(epoch, decay)); });
}

std::vector<double> cosine_decay_lr(double min_lr, double max_lr, TableOptions table, int64_t decay_epoch) {
  check_range("cosine_decay_lr", min_lr, max_lr);
  const auto epochs = static_cast<double>(positive("cosine_decay_lr", "decay_epoch", decay_epoch));
  return table_of("cosine_decay_lr", table, [&](double epoch) {
    const double wave = std::cos(std::numbers::pi * std::min(epoch, epochs) / epochs);
    return min_lr + 0.5 * (max_lr - min_lr) * (1 + wave);
  });
}

std::vector<double> polynomial_decay_lr(double learning_rate, double end_learning_rate, TableOptions table,
                                        int64_t decay_epoch, double power, bool update_decay_epoch) {
  constexpr std::string_view kWho = "polynomial_decay_lr";
  positive(kWho, "learning_rate", learning_rate);
  not_negative(kWho, "end_learning_rate", end_learning_rate);
  positive(kWho, "power", power);
  const auto epochs = static_cast<double>(positive(kWho, "decay_epoch", decay_epoch));
  return table_of(kWho, table, [&](double epoch) {
    const double last = update_decay_epoch ? epochs * std::max(1.0, std::ceil(epoch / epochs)) : epochs;
    const double left = std::pow(1 - std::min(epoch, last) / last, power);
    return (learning_rate - end_learning_rate) * left + end_learning_rate;
  });
}

std::vector<double> warmup_lr(double learning_rate, TableOptions table, int64_t warmup_epoch) {
  not_negative("warmup_lr", "learning_rate", learning_rate);
  const auto epochs = static_cast<double>(positive("warmup_lr", "warmup_epoch", warmup_epoch));
  return table_of("warmup_lr", table,
                  [&](double epoch) { return learning_rate * std::min(epoch, epochs) / epochs; });
}

}  // namespace nucella::nn
