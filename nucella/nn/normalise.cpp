#include "nucella/nn/normalise.h"

#include <algorithm>

#include "nucella/grad/recompute.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {

namespace {

// Statistics that are about to move must not be inputs of what a tape keeps; others count as constants.
Tensor given(const Tensor& statistics, bool training) {
  return training || !statistics.defined() ? Tensor() : ops::stop_gradient(statistics);
}

void move_statistics(const Tensor& running_mean, const Tensor& running_variance, const Tensor& mean,
                     const Tensor& variance, double momentum, int64_t count) {
  if (running_mean.defined() && count > 0 && !recomputing())
    ops::apply_moving_average(running_mean, running_variance, mean, variance, momentum, count);
}

int64_t per_channel(const Tensor& x, const Tensor& mean) {
  return mean.size() > 0 ? x.size() / mean.size() : 0;
}

}  // namespace

BatchNormResult batch_norm_with_statistics(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                           const Tensor& running_mean, const Tensor& running_variance,
                                           bool training, double momentum, double epsilon) {
  auto [y, mean, variance] = ops::batch_norm(x, gamma, beta, given(running_mean, training),
                                             given(running_variance, training), epsilon);
  if (training)
    move_statistics(running_mean, running_variance, mean, variance, momentum, per_channel(x, mean));
  return {y, mean, variance};
}

Tensor batch_norm_relu(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                       const Tensor& running_variance, const Tensor& residual, bool training, double momentum,
                       double epsilon) {
  auto [y, mean, variance] = ops::batch_norm_relu(x, gamma, beta, given(running_mean, training),
                                                  given(running_variance, training), residual, epsilon);
  if (training)
    move_statistics(running_mean, running_variance, mean, variance, momentum, per_channel(x, mean));
  return y;
}

Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                  const Tensor& running_variance, bool training, double momentum, double epsilon) {
  return batch_norm_with_statistics(x, gamma, beta, running_mean, running_variance, training, momentum,
                                    epsilon)
      .y;
}

Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias,
                  double epsilon) {
  const Shape &s = x.shape(), &wanted = normalized_shape;
  check<ValueError>(wanted.ndim() > 0 && s.ndim() >= wanted.ndim() &&
                        std::equal(wanted.begin(), wanted.end(), s.end() - wanted.ndim()),
                    "layer_norm: the last extents of the input must be 'normalized_shape', ", wanted,
                    ", got the shape ", s);
  return ops::layer_norm(x, weight, bias, -wanted.ndim(), epsilon)[0];
}

Tensor instance_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                     const Tensor& running_variance, bool training, double momentum, double epsilon) {
  const int64_t samples = x.shape()[0], channels = x.shape()[1];
  const int64_t places = x.size() == 0 ? 0 : x.size() / (samples * channels);
  const auto [flat, mean, variance] =
      ops::layer_norm(ops::reshape(x, {samples, channels, places}), {}, {}, 2, epsilon);
  Tensor y = ops::reshape(flat, x.shape());
  Shape along = Shape::filled(x.ndim(), 1);
  along[1] = channels;
  if (gamma.defined()) y = ops::mul(y, ops::reshape(gamma, along));
  if (beta.defined()) y = ops::add(y, ops::reshape(beta, along));
  if (training && running_mean.defined())
    move_statistics(running_mean, running_variance, ops::reduce_mean(mean, {0, 2}),
                    ops::reduce_mean(variance, {0, 2}), momentum, places);
  return y.dtype() == x.dtype() ? y : ops::cast(y, x.dtype());
}

Parameter declare_named(Cell& owner, std::string_view attribute, std::string_view name,
                        const WeightInit& init, const Shape& shape, DType dtype, bool requires_grad) {
  Parameter parameter = init.declare(owner, attribute, shape, dtype);
  parameter.set_name(name);
  parameter.set_requires_grad(requires_grad);
  return parameter;
}

}  // namespace nucella::nn
