#include "nucella/nn/small_layers.h"

#include <cmath>

#include "nucella/base/random_fill.h"
#include "nucella/nn/batch_axis.h"
#include "nucella/nn/dropout.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Norm::Norm(Cell& owner, std::string_view name, Shape axis, bool keep_dims) : Norm(axis, keep_dims) {
  join(owner, name);
}
Tensor Norm::construct(const Tensor& x) {
  return ops::sqrt(ops::reduce_sum(ops::square(x), axis_, keep_dims_));
}
std::string Norm::extend_repr() const { return str("axis=", axis_, ", keep_dims=", python_bool(keep_dims_)); }

ClipByNorm::ClipByNorm(Cell& owner, std::string_view name, Shape axis) : ClipByNorm(axis) {
  join(owner, name);
}
Tensor ClipByNorm::construct(const Tensor& x, const Tensor& clip_norm) {
  check<TypeError>(is_floating(x.dtype()), "For 'ClipByNorm', 'x' must be a tensor of floats, got ",
                   x.dtype());
  const Tensor squares = ops::reduce_sum(ops::square(x), axis_, true);
  // Where all is 0 the root has no derivative, and nothing is to be clipped.
  const Tensor some = squares > 0;
  const Tensor norm = ops::where(some, ops::sqrt(ops::where(some, squares, ones({}, x.dtype()))), squares);
  const Tensor limit = ops::cast(clip_norm, x.dtype());
  return x * limit / ops::maximum(norm, limit);
}

OneHot::OneHot(Cell& owner, std::string_view name, const OneHotOptions& options) : OneHot(options) {
  join(owner, name);
}
Tensor OneHot::construct(const Tensor& indices) {
  return ops::one_hot(indices, options_.depth, options_.on_value, options_.off_value, options_.axis,
                      options_.dtype);
}

RReLU::RReLU(double lower, double upper) : lower_(lower), upper_(upper) {
  check<ValueError>(lower <= upper, "For 'RReLU', 'upper' must be at least 'lower', got ", upper, " and ",
                    lower);
}
RReLU::RReLU(Cell& owner, std::string_view name, double lower, double upper) : RReLU(lower, upper) {
  join(owner, name);
}
Tensor RReLU::construct(const Tensor& x) {
  check<TypeError>(is_floating(x.dtype()), "For 'RReLU', the input must be a tensor of floats, got ",
                   x.dtype());
  Tensor slope = Tensor::empty(x.shape(), float32);
  const RandomKey key{.seed = draw_op_seed(), .kind = RandomKey::Kind::kPhilox};
  fill_uniform(key, {slope.mutable_data<float>(), static_cast<size_t>(slope.size())}, lower_, upper_);
  return ops::where(x < 0, ops::cast(slope, x.dtype()) * x, x);
}

ChannelDropout::ChannelDropout(std::string_view who, int axes, double p) : axes_(axes), p_(p) {
  check<ValueError>(p >= 0 && p <= 1, "For '", who, "', 'p' must be in [0, 1], got ", p);
}

Tensor ChannelDropout::drop(const Tensor& x) {
  check<ValueError>(x.ndim() == axes_ + 1 || x.ndim() == axes_ + 2, "For '", class_name(),
                    "', the input must have ", axes_ + 1, " or ", axes_ + 2, " dimensions, got the shape ",
                    x.shape());
  if (!training() || p_ == 0) return x;
  if (p_ == 1) return x * 0.0;
  return with_batch(x, axes_, [&](const Tensor& batch) {
    Shape channels = Shape::filled(batch.ndim(), 1);
    channels[0] = batch.shape()[0];
    channels[1] = batch.shape()[1];
    return batch * dropout(ones(channels, batch.dtype()), p_);
  });
}

Unflatten::Unflatten(Cell& owner, std::string_view name, int64_t axis, Shape unflattened_size)
    : Unflatten(axis, unflattened_size) {
  join(owner, name);
}
Tensor Unflatten::construct(const Tensor& input) {
  const int axis = normalize_axis(axis_, input.ndim(), "Unflatten");
  Shape shape(input.shape().begin(), input.shape().begin() + axis);
  for (int64_t extent : unflattened_size_) shape.push_back(extent);
  for (int i = axis + 1; i < input.ndim(); ++i) shape.push_back(input.shape()[i]);
  return ops::reshape(input, shape);
}

L1Regularizer::L1Regularizer(double scale) : scale_(scale) {
  check<ValueError>(scale > 0 && std::isfinite(scale),
                    "For 'L1Regularizer', 'scale' must be positive and finite, got ", scale);
}
L1Regularizer::L1Regularizer(Cell& owner, std::string_view name, double scale) : L1Regularizer(scale) {
  join(owner, name);
}
Tensor L1Regularizer::construct(const Tensor& weights) { return ops::reduce_sum(ops::abs(weights)) * scale_; }

}  // namespace nucella::nn
