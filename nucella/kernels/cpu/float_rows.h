// FloatRows: float32 and 16-bit floats read and written as floats, a stretch at a time.
#pragma once
#include <vector>

#include "nucella/base/half_rows.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

/// The elements of a dense tensor of float32, float16 or bfloat16 in the order of memory.
class FloatRows {
 public:
  explicit FloatRows(const Tensor& t) : dtype_(t.dtype()), data_(t.raw_data_unchecked()), tensor_(t) {}

  /// False for float32, whose elements are read and written where they are.
  bool needs_buffer() const { return dtype_ != float32; }
  /// Floats for `n` elements, where needed.
  std::vector<float> buffer(int64_t n) const {
    return std::vector<float>(needs_buffer() ? static_cast<size_t>(n) : 0);
  }
  /// `n` elements from `at` on: themselves, or `buffer` filled with them.
  const float* read(int64_t at, int64_t n, float* buffer) const {
    if (dtype_ == float32) return reinterpret_cast<const float*>(data_) + at;
    if (dtype_ == float16)
      widen(reinterpret_cast<const Half*>(data_) + at, buffer, n);
    else
      widen(reinterpret_cast<const BFloat16*>(data_) + at, buffer, n);
    return buffer;
  }
  /// Where to write the elements from `at` on, before finish().
  float* start(int64_t at, float* buffer) const {
    return dtype_ == float32 ? reinterpret_cast<float*>(data_) + at : buffer;
  }
  /// Stores the `n` elements that have been written where start() said.
  void finish(int64_t at, int64_t n, const float* buffer) const {
    if (dtype_ == float16)
      narrow(buffer, reinterpret_cast<Half*>(data_) + at, n);
    else if (dtype_ == bfloat16)
      narrow(buffer, reinterpret_cast<BFloat16*>(data_) + at, n);
  }
  const Tensor& tensor() const { return tensor_; }

 private:
  DType dtype_;
  std::byte* data_;
  Tensor tensor_;
};

}  // namespace nucella::cpu
