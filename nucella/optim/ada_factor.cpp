#include "nucella/optim/ada_factor.h"

#include <cmath>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

void check_options(bool has_rate, const AdaFactorOptions& o) {
  check<ValueError>(!(has_rate && o.relative_step),
                    "For 'AdaFactor', 'learning_rate' must be None with 'relative_step'");
  check<ValueError>(!o.warmup_init || o.relative_step,
                    "For 'AdaFactor', 'warmup_init' needs 'relative_step'");
  check<ValueError>(has_rate || o.relative_step,
                    "For 'AdaFactor', 'learning_rate' must be given without 'relative_step'");
  for (const auto& [name, value] :
       {std::pair("eps", o.eps_square), std::pair("eps", o.eps_scale),
        std::pair("clip_threshold", o.clip_threshold), std::pair("beta1", o.beta1)})
    check<ValueError>(value >= 0, "For 'AdaFactor', '", name, "' must not be negative, got ", value);
  check<ValueError>(o.decay_rate > 0 && o.decay_rate < 1,
                    "For 'AdaFactor', 'decay_rate' must be in (0, 1), got ", o.decay_rate);
  check<ValueError>(o.weight_decay >= 0 && o.weight_decay < 1,
                    "For 'AdaFactor', 'weight_decay' must be in [0, 1), got ", o.weight_decay);
}

const Shape kLast{-1}, kLastButOne{-2};

Tensor root_mean_square(const Tensor& t) { return ops::sqrt(ops::reduce_mean(ops::square(t))); }
Tensor inverse_root(const Tensor& t) { return ops::real_div(scalar(1), ops::sqrt(t)); }

// m = beta2 m + (1 - beta2) value; gives m in float32.
Tensor average_into(const Tensor& moment, const Tensor& value, const Tensor& beta2) {
  const Tensor next =
      ops::add(ops::mul(ops::cast(moment, float32), beta2), ops::mul(value, ops::sub(scalar(1), beta2)));
  ops::assign(moment, ops::cast(next, moment.dtype()));
  return ops::cast(moment, float32);
}

}  // namespace

AdaFactor::AdaFactor(const OptimizerParams& params, const std::optional<LearningRate>& learning_rate,
                     AdaFactorOptions options)
    : Optimizer("AdaFactor", params, learning_rate.value_or(0.0), {.loss_scale = options.loss_scale}),
      options_(options) {
  check_options(learning_rate.has_value(), options);
  // A rate that follows the step is taken as it is.
  if (dynamic_lr()) options_.scale_parameter = false;
  if (options.beta1 > 0) exp_avg_ = make_state("exp_avg", "zeros");
  make_second_moments();
  step_ = make_scalar("afactor_step", 0, {1});
}

void AdaFactor::make_second_moments() {
  const auto make = [](const Shape& shape, DType dtype, std::string_view prefix, const Parameter& of) {
    return Parameter(zeros(shape, dtype), str(prefix, of.name()), {.requires_grad = false});
  };
  std::vector<Parameter> rows, columns, whole;
  for (const Parameter& p : parameters()) {
    const Shape shape = p.shape();
    const bool factored = shape.size() > 1;
    Shape row{1}, column{1}, full_shape = shape;
    if (factored) {
      row = Shape(shape.begin(), shape.end() - 1);
      column = Shape(shape.begin(), shape.end() - 2);
      column.push_back(shape.back());
      full_shape = {1};
    }
    rows.push_back(make(row, p.dtype(), "exp_avg_sq_row_", p));
    columns.push_back(make(column, p.dtype(), "exp_avg_sq_col_", p));
    const bool half = options_.compression && !factored;
    whole.push_back(make(full_shape, half ? float16 : p.dtype(), "exp_avg_sq_", p));
  }
  exp_avg_sq_row_ = keep_state("exp_avg_sq_row", std::move(rows));
  exp_avg_sq_col_ = keep_state("exp_avg_sq_col", std::move(columns));
  exp_avg_sq_ = keep_state("exp_avg_sq", std::move(whole));
}

void AdaFactor::begin_step() { ops::assign_add(step_, ones({1})); }

void AdaFactor::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const double step = step_.item<double>();
  Tensor rate = lr;
  if (options_.relative_step && !dynamic_lr())
    rate = scalar(std::min(options_.warmup_init ? 1e-6 * step : 0.01, 1 / std::sqrt(step)));
  for (size_t i : group.members) update_one(i, ops::cast(gradients[i], float32), rate);
}

Tensor AdaFactor::normalised(size_t i, const Tensor& gradient, const Tensor& beta2) const {
  const Tensor squares = ops::add(ops::square(gradient), scalar(options_.eps_square));
  if (gradient.ndim() < 2)
    return ops::mul(inverse_root(average_into(exp_avg_sq_[i], squares, beta2)), gradient);
  const Tensor row = average_into(exp_avg_sq_row_[i], ops::reduce_mean(squares, kLast), beta2);
  const Tensor column = average_into(exp_avg_sq_col_[i], ops::reduce_mean(squares, kLastButOne), beta2);
  const Tensor rows = inverse_root(ops::real_div(row, ops::reduce_mean(row, kLast, true)));
  const Tensor factors = ops::mul(ops::expand_dims(rows, -1), ops::expand_dims(inverse_root(column), -2));
  return ops::mul(factors, gradient);
}

void AdaFactor::update_one(size_t i, const Tensor& gradient, const Tensor& lr) {
  const Parameter& param = parameters()[i];
  const Tensor w = ops::cast(param, float32);
  Tensor rate = lr;
  if (options_.scale_parameter)
    rate = ops::mul(lr, ops::maximum(scalar(options_.eps_scale), root_mean_square(w)));
  const Tensor beta2 = scalar(1 - std::pow(step_.item<double>(), -options_.decay_rate));
  Tensor change = normalised(i, gradient, beta2);
  const Tensor excess = ops::real_div(root_mean_square(change), scalar(options_.clip_threshold));
  change = ops::mul(ops::real_div(change, ops::maximum(excess, scalar(1))), rate);
  if (!exp_avg_.empty()) change = average_into(exp_avg_[i], change, scalar(options_.beta1));
  Tensor next = w;
  if (options_.weight_decay > 0)
    next = ops::sub(w, ops::mul(ops::mul(w, scalar(options_.weight_decay)), rate));
  ops::assign(param, ops::cast(ops::sub(next, change), param.dtype()));
}

}  // namespace nucella::nn
