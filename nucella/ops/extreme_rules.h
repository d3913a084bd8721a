// What the largest and the smallest have in common: shape rules and gradients of reduce_max, reduce_min,
// maximum, minimum, cummax, cummin.
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
/// The extremes along an axis up to each element, and where they stand (int64).
void infer_running_extreme(const Call& call, std::span<Meta> out);
/// Gradient of these: each goes to the element that was chosen.
Tensors running_extreme_vjp(const Call& call, std::span<const Tensor> grads);

}  // namespace nucella::rules
