// Slices as Python means them: clamping of begin, end and step to an axis, and the view that comes out.
#pragma once
#include "nucella/tensor/tensor.h"

namespace nucella {

/// Positions start, start + step, ... (count of them) of an axis.
struct SliceRange {
  int64_t start = 0;
  int64_t count = 0;
  int64_t step = 1;
};

/// `begin:end:step` on an axis of `extent`: negative positions count from the end, positions outside are
/// clamped. A bound far outside (INT64_MIN, INT64_MAX) thus stands for one left out. `step` must not be 0.
SliceRange slice_range(int64_t extent, int64_t begin, int64_t end, int64_t step);

/// The slice of the leading `begin.size()` axes; an empty `step` means ones. ValueError names `op` when the
/// three disagree in length, are longer than the tensor has axes, or a step is 0.
Shape slice_shape(const Shape& shape, const Shape& begin, const Shape& end, const Shape& step,
                  std::string_view op);
/// As slice_shape(), the view itself.
Tensor slice_view(const Tensor& x, const Shape& begin, const Shape& end, const Shape& step,
                  std::string_view op);

}  // namespace nucella
