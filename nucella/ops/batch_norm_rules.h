// Rules that batch_norm and batch_norm_relu share: what they take, and their gradients.
#pragma once
#include "nucella/ops/norm_rules.h"

namespace nucella::rules {

/// Checks the first five inputs (x, gamma, beta, mean, variance) and gives the three outputs their dtypes and
/// shapes.
void infer_batch_norm(const Call& call, std::span<Meta> out);

/// gamma, or ones when it is left out; beta, or zeros.
Tensor gamma_or_ones(const Call& call);
Tensor beta_or_zeros(const Call& call);

/// The gradients of the first five inputs: `first` are those of x, gamma and beta that come through the first
/// output (undefined when none arrived for it), g[1] and g[2] have arrived for the statistics.
Tensors batch_norm_gradients(const Call& call, std::span<const Tensor> g, const std::array<Tensor, 3>& first);

/// What batch_norm_grad was called with.
struct BatchNormGrad {
  Tensor grad, x, gamma, mean, variance;
  bool given;
  double epsilon;
};
/// The gradients of grad, x, gamma, mean and variance from those that arrived for the three results.
Tensors batch_norm_second_gradients(const BatchNormGrad& n, std::span<const Tensor> g);

}  // namespace nucella::rules
