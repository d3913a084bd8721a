// Volume: raw elements of (N, C, D, H, W) or (N, C, H, W) in any strides, and what plain loops over a
// convolution need.
#pragma once
#include "nucella/op/window.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

using Index = std::array<int64_t, 5>;

/// (N, C, H, W) as (N, C, 1, H, W).
inline Shape with_depth(const Shape& shape) {
  Shape out = shape;
  if (shape.ndim() == 4) out.insert(2, 1);
  return out;
}

/// Windows over height and width get one over a depth of 1.
inline Windows with_depth(const Windows& windows) {
  Windows out(3);
  out[0] = {.in = 1, .out = 1};
  for (size_t i = 0; i < windows.size(); ++i) out[3 - windows.size() + i] = windows[i];
  return out;
}

template <class T>
struct Volume {
  explicit Volume(const Tensor& t)
      : data(reinterpret_cast<T*>(t.raw_data_unchecked())), strides(with_depth(t.strides())) {}
  T& operator[](const Index& i) const {
    return data[i[0] * strides[0] + i[1] * strides[1] + i[2] * strides[2] + i[3] * strides[3] +
                i[4] * strides[4]];
  }

  T* data;
  Shape strides;
};

/// The taps of the window at place `o` that lie on the input: `body(tap, input index)`, in order.
template <class F>
void for_taps(const Window& w, int64_t o, F body) {
  for (int64_t k = 0; k < w.kernel; ++k)
    if (const int64_t i = w.start(o) + k * w.dilation; i >= 0 && i < w.in) body(k, i);
}

/// Sums in double that end as a row-major tensor.
class Sums {
 public:
  explicit Sums(const Shape& shape)
      : shape_(with_depth(shape)), values_(static_cast<size_t>(shape.numel())) {}
  void add(const Index& i, double v) {
    int64_t at = 0;
    for (int axis = 0; axis < 5; ++axis) at = at * shape_[axis] + i[static_cast<size_t>(axis)];
    values_[static_cast<size_t>(at)] += v;
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
