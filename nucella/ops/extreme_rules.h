// What the largest and the smallest have in common: shape rule and gradients of reduce_max, reduce_min,
// maximum, minimum.
#pragma once
#include "nucella/ops/rules.h"

namespace nucella::rules {

/// As infer_reduce, but ValueError when there is no element to choose from.
void infer_extreme(const Call& call, std::span<Meta> out);
/// Gradient of a reduction to an extreme: equal elements share it.
Tensors extreme_vjp(const Call& call, std::span<const Tensor> grads);
/// Gradient of the choice between two tensors; `first_wins` says where the first is strictly preferred. At a
/// tie each gets half.
Tensors choice_vjp(const Call& call, const Tensor& grad, const Tensor& first_wins);

}  // namespace nucella::rules
