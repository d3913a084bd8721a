// The lines of a tensor along one axis, for kernels that walk along it for every position of the others.
#pragma once
#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

/// The lines of a tensor along an axis, and where each begins.
struct Lines {
  Lines(const Tensor& t, int axis) : shape(t.shape()), strides(t.strides()) {
    extent = shape[axis];
    step = strides[axis];
    shape.erase(axis);
    strides.erase(axis);
  }
  int64_t count() const { return shape.numel(); }
  int64_t start(int64_t line) const {
    int64_t at = 0;
    for (int i = shape.ndim() - 1; i >= 0; --i) {
      at += line % shape[i] * strides[i];
      line /= shape[i];
    }
    return at;
  }

  Shape shape, strides;
  int64_t extent = 0, step = 0;
};

/// The axis that the attribute `attr` of the call names, counted from the front.
inline int axis_of(const Call& call, size_t attr = 0) {
  return normalize_axis(call.attrs[attr].as<int64_t>(), call.in[0].ndim(), entry_of(call.op).name);
}

/// Calls f(line) for every line, on several threads.
template <class F>
void for_lines(const Lines& lines, F f) {
  const int64_t grain = std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(lines.extent, 1));
  parallel_for(0, lines.count(), grain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) f(i);
  });
}

}  // namespace nucella::cpu
