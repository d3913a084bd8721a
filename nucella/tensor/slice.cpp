#include "nucella/tensor/slice.h"

namespace nucella {
namespace {

void check_lengths(const Shape& shape, const Shape& begin, const Shape& end, const Shape& step,
                   std::string_view op) {
  check<ValueError>(begin.size() == end.size() && (step.empty() || step.size() == begin.size()), op,
                    ": 'begin', 'end' and 'step' must have the same length, got ", begin, ", ", end, " and ",
                    step);
  check<ValueError>(begin.ndim() <= shape.ndim(), op, ": 'begin' has ", begin.ndim(),
                    " entries for an input of ", shape.ndim(), " dimensions");
  for (int64_t s : step) check<ValueError>(s != 0, op, ": 'step' must not contain 0, got ", step);
}

}  // namespace

SliceRange slice_range(int64_t extent, int64_t begin, int64_t end, int64_t step) {
  const int64_t longest = std::max<int64_t>(extent, 1);
  step = std::clamp(step, -longest, longest);  // a longer step reaches nothing more, and cannot overflow
  const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
  const auto place = [&](int64_t at) { return std::clamp(at < 0 ? at + extent : at, low, high); };
  const int64_t first = place(begin), last = place(end);
  const int64_t span = step > 0 ? last - first : first - last;
  const int64_t stride = std::abs(step);
  const int64_t count = span <= 0 ? 0 : (span + stride - 1) / stride;
  return {count == 0 ? 0 : first, count, step};
}

Shape slice_shape(const Shape& shape, const Shape& begin, const Shape& end, const Shape& step,
                  std::string_view op) {
  check_lengths(shape, begin, end, step, op);
  Shape out = shape;
  for (int i = 0; i < begin.ndim(); ++i)
    out[i] = slice_range(shape[i], begin[i], end[i], step.empty() ? 1 : step[i]).count;
  return out;
}

Tensor slice_view(const Tensor& x, const Shape& begin, const Shape& end, const Shape& step,
                  std::string_view op) {
  check_lengths(x.shape(), begin, end, step, op);
  Shape shape = x.shape(), strides = x.strides();
  int64_t offset = x.impl()->offset;
  for (int i = 0; i < begin.ndim(); ++i) {
    const SliceRange range = slice_range(shape[i], begin[i], end[i], step.empty() ? 1 : step[i]);
    offset += range.start * strides[i];
    shape[i] = range.count;
    strides[i] *= range.step;
  }
  return x.as_strided(shape, strides, offset);
}

}  // namespace nucella
