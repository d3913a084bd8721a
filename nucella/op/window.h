// Window: the geometry of a sliding window along one axis, for convolutions and pools.
#pragma once
#include <string_view>

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

/// Along height and along width.
using Windows = std::array<Window, 2>;

/// Of attributes that begin (stride, pad_mode, padding, dilation), on an input NCHW and a weight OIHW.
Windows conv_windows(Attrs attrs, const Shape& input, const Shape& weight);
/// Of attributes that begin (kernel_size, stride, pad_mode, padding, ceil_mode), on an input NCHW.
Windows pool_windows(Attrs attrs, const Shape& input);
/// As pool_windows() with one more attribute, dilation.
Windows dilated_pool_windows(Attrs attrs, const Shape& input);

}  // namespace nucella
