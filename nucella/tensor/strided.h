// Walking strided tensors: merges axes that lie one behind the other and copies between any two layouts.
#pragma once
#include "nucella/tensor/tensor.h"

namespace nucella {

/// Up to `N` operands over one index space, with adjacent axes merged and extents of 1 dropped.
template <int N>
struct StridedLoop {
  Shape shape;
  std::array<Shape, N> strides;  // in elements, one per operand; 0 where an operand is broadcast
};

/// Strides of `t` when read as `shape` (broadcasting): 0 along every axis that `t` lacks or holds once.
Shape broadcast_strides(const Tensor& t, const Shape& shape);

/// Merges and drops axes; the last axis of the result is the innermost of operand 0 as far as strides allow.
template <int N>
StridedLoop<N> plan_loop(const Shape& shape, const std::array<Shape, N>& strides);

/// Elements of `from` into `to`; same shape and dtype, any strides, no overlap. Parallel.
void strided_copy(const Tensor& to, const Tensor& from);

}  // namespace nucella
