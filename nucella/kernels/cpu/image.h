// Image: raw NCHW elements in any strides, and walks over the taps of a window; for plain loops.
#pragma once
#include "nucella/kernels/cpu/volume.h"

namespace nucella::cpu {

template <class T>
struct Image {
  explicit Image(const Tensor& t)
      : data(reinterpret_cast<T*>(t.raw_data_unchecked())), strides(t.strides()) {}
  T& operator()(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return data[n * strides[0] + c * strides[1] + y * strides[2] + x * strides[3]];
  }

  T* data;
  Shape strides;
};

/// As for_taps over height and width: `body(y, x)` with input indices.
template <class F>
void for_pixels(const Windows& w, int64_t oy, int64_t ox, F body) {
  for_taps(w[0], oy,
           [&](int64_t, int64_t y) { for_taps(w[1], ox, [&](int64_t, int64_t x) { body(y, x); }); });
}

}  // namespace nucella::cpu
