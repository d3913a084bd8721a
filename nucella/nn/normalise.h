// Functions behind the layers that normalise: batch_norm with running statistics, and their parameters.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// ops::batch_norm with the running statistics, or, with `training`, with those of the batch; these then move
/// the running ones in place, as ops::apply_moving_average does. No gradient flows to these. gamma and beta
/// may be undefined. When a recomputed cell runs again for the backward pass they stay where they are.
Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                  const Tensor& running_variance, bool training, double momentum, double epsilon);
/// The same with the statistics that were used.
struct BatchNormResult {
  Tensor y, mean, variance;
};
BatchNormResult batch_norm_with_statistics(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                           const Tensor& running_mean, const Tensor& running_variance,
                                           bool training, double momentum, double epsilon);

/// relu(batch_norm(...) + residual) as one op; `residual` may be undefined.
Tensor batch_norm_relu(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                       const Tensor& running_variance, const Tensor& residual, bool training, double momentum,
                       double epsilon);

/// ops::layer_norm over the last axes, which must have the extents `normalized_shape`. ValueError otherwise.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias,
                  double epsilon);

/// Each sample's channels normalised by their own statistics. With `training` the means of these over the
/// samples move the running ones in place.
Tensor instance_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                     const Tensor& running_variance, bool training, double momentum, double epsilon);

/// Declares a parameter that is registered as `attribute` and called `name` as long as its cell stands alone.
Parameter declare_named(Cell& owner, std::string_view attribute, std::string_view name,
                        const WeightInit& init, const Shape& shape, DType dtype, bool requires_grad);

}  // namespace nucella::nn
