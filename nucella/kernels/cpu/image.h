// Image: raw NCHW elements in any strides, and walks over the taps of a window; for plain loops.
#pragma once
#include "nucella/op/window.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

using Index = std::array<int64_t, 4>;

template <class T>
struct Image {
  explicit Image(const Tensor& t)
      : data(reinterpret_cast<T*>(t.raw_data_unchecked())), strides(t.strides()) {}
  T& operator()(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return data[n * strides[0] + c * strides[1] + y * strides[2] + x * strides[3]];
  }
  T& operator[](const Index& i) const { return (*this)(i[0], i[1], i[2], i[3]); }

  T* data;
  Shape strides;
};

/// The taps of the window at place `o` that lie on the input: `body(tap, input index)`, in order.
template <class F>
void for_taps(const Window& w, int64_t o, F body) {
  for (int64_t k = 0; k < w.kernel; ++k)
    if (const int64_t i = w.start(o) + k * w.dilation; i >= 0 && i < w.in) body(k, i);
}

/// As for_taps over height and width: `body(y, x)` with input indices.
template <class F>
void for_pixels(const Windows& w, int64_t oy, int64_t ox, F body) {
  for_taps(w[0], oy,
           [&](int64_t, int64_t y) { for_taps(w[1], ox, [&](int64_t, int64_t x) { body(y, x); }); });
}

/// Sums in double that end as a row-major tensor.
class Sums {
 public:
  explicit Sums(const Shape& shape) : shape_(shape), values_(static_cast<size_t>(shape.numel())) {}
  void add(const Index& i, double v) {
    values_[static_cast<size_t>(((i[0] * shape_[1] + i[1]) * shape_[2] + i[2]) * shape_[3] + i[3])] += v;
  }
  template <class T>
  void store(const Tensor& out) const {
    T* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    for (size_t i = 0; i < values_.size(); ++i) to[i] = static_cast<T>(values_[i]);
  }

 private:
  Shape shape_;
  std::vector<double> values_;
};

}  // namespace nucella::cpu
