// ReducePlan: a reduction as nested loops over merged axes.
#pragma once
#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

/// Where each result lies, and where what belongs to it lies.
struct ReducePlan {
  Shape kept, kept_x, kept_out;  // extents, and strides of x and of the result
  Shape reduced, reduced_x;
  int64_t inner = 1;          // the innermost axis of x, which lies without gaps
  bool inner_reduced = true;  // or else the results lie side by side along it

  int64_t outputs() const { return kept.numel(); }
  int64_t rows() const { return reduced.numel(); }
};

inline int64_t offset_of(int64_t index, const Shape& shape, const Shape& strides) {
  int64_t at = 0;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    at += index % shape[i] * strides[i];
    index /= shape[i];
  }
  return at;
}

/// `to`: strides of the result over the shape of x. False when the innermost axis of x has gaps.
inline bool plan_reduce(const Tensor& x, const Shape& to, ReducePlan& plan) {
  const auto loop = plan_loop<2>(x.shape(), {x.strides(), to});
  const int last = loop.shape.ndim() - 1;
  if (loop.strides[0][last] != 1 || (loop.strides[1][last] != 0 && loop.strides[1][last] != 1)) return false;
  plan.inner = loop.shape[last];
  plan.inner_reduced = loop.strides[1][last] == 0;
  for (int i = 0; i < last; ++i) {
    if (loop.strides[1][i] == 0) {
      plan.reduced.push_back(loop.shape[i]);
      plan.reduced_x.push_back(loop.strides[0][i]);
    } else {
      plan.kept.push_back(loop.shape[i]);
      plan.kept_x.push_back(loop.strides[0][i]);
      plan.kept_out.push_back(loop.strides[1][i]);
    }
  }
  return true;
}

/// Strides over the shape of x that lead to the element of the result (0 along the reduced axes, the first
/// attribute), when the result is dense row-major with or without the reduced axes.
inline Shape strides_of_result(const Call& call) {
  const Shape& shape = call.in[0].shape();
  const Ints& axes = call.attrs[0].as<Ints>();
  Shape strides = Shape::filled(shape.ndim(), 1);
  for (int64_t axis : axes)
    if (shape.ndim() > 0) strides[static_cast<int>(axis < 0 ? axis + shape.ndim() : axis)] = 0;
  if (axes.empty()) strides = Shape::filled(shape.ndim(), 0);
  int64_t step = 1;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    if (strides[i] == 0) continue;
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

}  // namespace nucella::cpu
