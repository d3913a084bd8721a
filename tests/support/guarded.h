// Tensors between sentinels: a kernel that writes one element too many is caught.
#pragma once
#include <cstring>
#include <vector>

#include "nucella/tensor/create.h"
#include "tests/support/samples.h"

namespace nucella::test {

/// A tensor whose storage has `kGuard` bytes of a pattern on either side.
class Guarded {
 public:
  explicit Guarded(const Shape& shape, DType dtype, Layout layout = Layout::kContiguous) {
    const Geometry g = geometry_of(shape, layout);
    const int64_t bytes = g.elements * itemsize(dtype);
    storage_ = Tensor::empty({bytes + 2 * kGuard}, uint8);
    std::memset(storage_.raw_data(), kPattern, static_cast<size_t>(storage_.nbytes()));
    tensor_ = Tensor::view(Ref<Storage>(storage_.impl()->storage.get()), shape, g.strides,
                           kGuard / itemsize(dtype) + g.offset, dtype);
  }
  Guarded(const Tensor& values, Layout layout) : Guarded(values.shape(), values.dtype(), layout) {
    tensor_.copy_from(values);
  }

  const Tensor& tensor() const { return tensor_; }
  bool intact() const {
    const auto* p = reinterpret_cast<const uint8_t*>(storage_.raw_data());
    for (int64_t i = 0; i < kGuard; ++i)
      if (p[i] != kPattern || p[storage_.nbytes() - 1 - i] != kPattern) return false;
    return true;
  }

 private:
  static constexpr int64_t kGuard = 64;
  static constexpr uint8_t kPattern = 0xA5;
  Tensor storage_, tensor_;
};

}  // namespace nucella::test
