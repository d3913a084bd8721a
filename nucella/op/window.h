// Window: the geometry of a sliding window along one axis, for convolutions and pools.
#pragma once
#include <string_view>
#include <utility>

#include "nucella/op/attr.h"

namespace nucella {

struct Window {
  int64_t in = 0;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t before = 0;  ///< padding in front of the first element
  int64_t after = 0;   ///< padding behind the last element
  int64_t out = 0;     ///< number of places of the window; 0 when it does not fit

  /// Input index under the first tap at place `o`; negative inside the padding.
  int64_t start(int64_t o) const { return o * stride - before; }
  /// Extent of the input from the first tap to the last.
  int64_t reach() const { return dilation * (kernel - 1) + 1; }
};

/// One for each of the one to three spatial axes, in order: (depth,) (height,) width.
class Windows {
 public:
  explicit Windows(size_t axes) : size_(axes) {}
  Window& operator[](size_t axis) { return axes_[axis]; }
  const Window& operator[](size_t axis) const { return axes_[axis]; }
  size_t size() const { return size_; }
  const Window* begin() const { return axes_.data(); }
  const Window* end() const { return begin() + size_; }

 private:
  std::array<Window, 3> axes_;
  size_t size_;
};

/// What an attribute says for one axis: it holds a number for each axis or one for all.
inline int64_t along_axis(const Ints& values, size_t axis) { return values[values.size() == 1 ? 0 : axis]; }
/// Padding before and behind along one of `axes` axes: one number for all, one for each axis, or both for
/// each.
std::pair<int64_t, int64_t> padding_along(const Ints& padding, size_t axis, size_t axes);

/// Of attributes that begin (stride, pad_mode, padding, dilation), on an input NC... and a weight OI... with
/// equally many spatial axes.
Windows conv_windows(Attrs attrs, const Shape& input, const Shape& weight);
/// Of attributes that begin (kernel_size, stride, pad_mode, padding, ceil_mode), on an input NC....
Windows pool_windows(Attrs attrs, const Shape& input);
/// As pool_windows() with one more attribute, dilation.
Windows dilated_pool_windows(Attrs attrs, const Shape& input);

}  // namespace nucella
