// What the kernels of normalisations share: inputs and outputs in the dtype to compute in, and how the work
// is cut into pieces.
#pragma once
#include <algorithm>
#include <cstdint>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella::cpu {

/// A row-major tensor of `dtype` with the elements of `t`, or `t` itself; undefined stays undefined.
inline Tensor read_as(const Tensor& t, DType dtype) {
  if (!t.defined() || (t.dtype() == dtype && t.is_contiguous())) return t;
  Tensor copy = Tensor::empty(t.shape(), dtype);
  convert_elements(copy, t);
  return copy;
}

/// Where to write a result in `dtype`: `out` itself if it can be, else a tensor that finish() converts.
class Result {
 public:
  Result(const Tensor& out, DType dtype)
      : out_(out),
        work_(out.dtype() == dtype && out.is_contiguous() ? out : Tensor::empty(out.shape(), dtype)) {}
  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(work_.raw_data_unchecked());
  }
  void finish() const {
    if (work_.raw_data_unchecked() != out_.raw_data_unchecked()) convert_elements(out_, work_);
  }

 private:
  Tensor out_, work_;
};

/// Null for an undefined tensor.
template <class T>
T* data_or_null(const Tensor& t) {
  return t.defined() ? reinterpret_cast<T*>(t.raw_data_unchecked()) : nullptr;
}

/// Pieces of `rows` rows of `length` elements; a piece is [rows * i / pieces, rows * (i + 1) / pieces). Their
/// number follows from the shape alone, so that sums do not depend on the number of threads.
inline int64_t pieces_of(int64_t rows, int64_t length) {
  constexpr int64_t kMost = 16, kWork = 1 << 14;
  return std::clamp<int64_t>(rows * length / kWork, 1, kMost);
}

/// How many values, their mean, and the sum of the squared distances from it.
struct Moments {
  double count = 0, mean = 0, m2 = 0;

  /// Chan, Golub and LeVeque, 1979.
  void join(double other_count, double other_mean, double other_m2) {
    if (other_count == 0) return;
    const double total = count + other_count, delta = other_mean - mean;
    mean += delta * (other_count / total);
    m2 += other_m2 + delta * delta * (count * other_count / total);
    count = total;
  }
};

}  // namespace nucella::cpu
