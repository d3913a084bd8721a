// What the pools over height and width share: walks over places and windows, and images as rows of pixels.
#pragma once
#include <cstring>
#include <limits>

#include "nucella/base/parallel.h"
#include "nucella/kernels/cpu/image.h"
#include "nucella/kernels/cpu/layout.h"

namespace nucella::cpu {

/// Calls `body(n, c, oy, ox)` for every place of the window on every plane.
template <class F>
void for_places(const Shape& out, F body) {
  const int64_t places = std::max<int64_t>(out[2] * out[3], 1);
  parallel_for(0, out[0] * out[1], 1 + (1 << 12) / places, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane)
      for (int64_t y = 0; y < out[2]; ++y)
        for (int64_t x = 0; x < out[3]; ++x) body(plane / out[1], plane % out[1], y, x);
  });
}

/// All bytes of `t`, which is dense, 0.
inline void fill_zero(const Tensor& t) {
  std::memset(t.raw_data_unchecked(), 0, static_cast<size_t>(t.nbytes()));
}

/// A float32 image in one of the two dense layouts: `count` blocks of height x width pixels of `lanes`
/// elements.
struct Pixels {
  int64_t count, lanes;
};

inline Pixels pixels_of(const Tensor& t) {
  const Shape& s = t.shape();
  return t.is_contiguous() ? Pixels{s[0] * s[1], 1} : Pixels{s[0], s[1]};
}

/// Why an image cannot be walked pixel by pixel, or null.
inline const char* unfit_for_pixels(const Tensor& x) {
  if (x.dtype() != float32) return "only float32";
  if (x.size() == 0) return "empty";
  if (x.shape()[2] * x.shape()[3] > std::numeric_limits<int32_t>::max()) return "too many pixels";
  return x.is_contiguous() || is_channels_last(x) ? nullptr : "layout";
}

/// The first tap at place `o` that lies on the input or behind it.
inline int64_t first_tap(const Window& w, int64_t o) {
  const int64_t start = w.start(o);
  return start >= 0 ? start : start + (-start + w.dilation - 1) / w.dilation * w.dilation;
}

/// Calls `body(pixel)` with the index in its block of every pixel under a place of the window, in order.
template <class F>
void for_pixels_under(const Windows& w, int64_t oy, int64_t ox, F body) {
  const int64_t y0 = first_tap(w[0], oy), x0 = first_tap(w[1], ox),
                y1 = std::min(w[0].start(oy) + w[0].reach(), w[0].in),
                x1 = std::min(w[1].start(ox) + w[1].reach(), w[1].in);
  for (int64_t y = y0; y < y1; y += w[0].dilation)
    for (int64_t x = x0; x < x1; x += w[1].dilation) body(y * w[1].in + x);
}

/// How many rows of places make a piece of work worth a thread.
inline int64_t rows_per_piece(const Windows& w, int64_t lanes) {
  constexpr int64_t kGrain = 1 << 14;
  return 1 + kGrain / (w[1].out * w[0].kernel * w[1].kernel * lanes);
}

}  // namespace nucella::cpu
