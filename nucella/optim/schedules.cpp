#include "nucella/optim/schedules.h"

#include <numbers>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

void check_positive(std::string_view who, const char* name, double value) {
  check<ValueError>(value > 0, "For '", who, "', '", name, "' must be greater than 0, got ", value);
}

void check_not_negative(const char* who, const char* name, double value) {
  check<ValueError>(value >= 0, "For '", who, "', '", name, "' must not be negative, got ", value);
}

Tensor times(double factor, const Tensor& t) { return ops::mul(scalar(factor), t); }

// step / steps, rounded down to whole ones if `stair`.
Tensor periods(const Tensor& step, int64_t steps, bool stair) {
  const Tensor p = ops::real_div(ops::cast(step, float32), scalar(static_cast<double>(steps)));
  return stair ? ops::floor(p) : p;
}

Tensor at_most(const Tensor& step, int64_t steps) {
  return ops::minimum(ops::cast(step, float32), scalar(static_cast<double>(steps)));
}

}  // namespace

DecayLR::DecayLR(std::string_view who, double learning_rate, double decay_rate, int64_t decay_steps,
                 bool is_stair)
    : learning_rate_(learning_rate), decay_rate_(decay_rate), decay_steps_(decay_steps), is_stair_(is_stair) {
  check_positive(who, "decay_steps", static_cast<double>(decay_steps));
  check_positive(who, "learning_rate", learning_rate);
  check_positive(who, "decay_rate", decay_rate);
}

Tensor DecayLR::periods(const Tensor& global_step) const {
  return nn::periods(global_step, decay_steps_, is_stair_);
}

Tensor ExponentialDecayLR::construct(const Tensor& global_step) {
  return times(learning_rate_, ops::pow(scalar(decay_rate_), periods(global_step)));
}

Tensor NaturalExpDecayLR::construct(const Tensor& global_step) {
  const Tensor p = is_stair_ ? times(static_cast<double>(decay_steps_), periods(global_step))
                             : ops::cast(global_step, float32);
  return times(learning_rate_, ops::exp(times(-decay_rate_, p)));
}

Tensor InverseDecayLR::construct(const Tensor& global_step) {
  const Tensor p = periods(global_step);
  return ops::real_div(scalar(learning_rate_), ops::add(scalar(1), times(decay_rate_, p)));
}

CosineDecayLR::CosineDecayLR(double min_lr, double max_lr, int64_t decay_steps)
    : min_lr_(min_lr), max_lr_(max_lr), decay_steps_(decay_steps) {
  check_not_negative("CosineDecayLR", "min_lr", min_lr);
  check_positive("CosineDecayLR", "max_lr", max_lr);
  check_positive("CosineDecayLR", "decay_steps", static_cast<double>(decay_steps));
  check<ValueError>(min_lr < max_lr, "For 'CosineDecayLR', 'max_lr' must be greater than 'min_lr', got ",
                    max_lr, " and ", min_lr);
}

// sin(x + pi / 2) in the place of cos(x), so that the rounding is MindSpore's too.
Tensor CosineDecayLR::construct(const Tensor& global_step) {
  const Tensor p = periods(at_most(global_step, decay_steps_), decay_steps_, false);
  const Tensor wave = ops::sin(times(std::numbers::pi, ops::add(p, scalar(0.5))));
  return ops::add(scalar(min_lr_), times(0.5 * (max_lr_ - min_lr_), ops::add(scalar(1), wave)));
}

PolynomialDecayLR::PolynomialDecayLR(double learning_rate, double end_learning_rate, int64_t decay_steps,
                                     double power, bool update_decay_steps)
    : learning_rate_(learning_rate),
      end_learning_rate_(end_learning_rate),
      decay_steps_(decay_steps),
      power_(power),
      update_decay_steps_(update_decay_steps) {
  check_positive("PolynomialDecayLR", "learning_rate", learning_rate);
  check_not_negative("PolynomialDecayLR", "end_learning_rate", end_learning_rate);
  check_positive("PolynomialDecayLR", "decay_steps", static_cast<double>(decay_steps));
  check_positive("PolynomialDecayLR", "power", power);
}

Tensor PolynomialDecayLR::construct(const Tensor& global_step) {
  const auto steps = static_cast<double>(decay_steps_);
  Tensor step = ops::cast(global_step, float32), length = scalar(steps);
  if (update_decay_steps_) {
    length = times(steps, ops::maximum(ops::ceil(ops::real_div(step, length)), scalar(1)));
  } else {
    step = ops::minimum(step, length);
  }
  const Tensor rest = ops::sub(scalar(1), ops::real_div(step, length));
  return ops::add(times(learning_rate_ - end_learning_rate_, ops::pow(rest, scalar(power_))),
                  scalar(end_learning_rate_));
}

WarmUpLR::WarmUpLR(double learning_rate, int64_t warmup_steps)
    : learning_rate_(learning_rate), warmup_steps_(warmup_steps) {
  check_not_negative("WarmUpLR", "learning_rate", learning_rate);
  check_positive("WarmUpLR", "warmup_steps", static_cast<double>(warmup_steps));
}

Tensor WarmUpLR::construct(const Tensor& global_step) {
  return times(learning_rate_, periods(at_most(global_step, warmup_steps_), warmup_steps_, false));
}

}  // namespace nucella::nn
