// Matrix: a strided view of raw elements, the operand of the plain matrix loops.
#pragma once
#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

template <class T>
struct Matrix {
  T* data;
  int64_t row, column;  // strides, in elements
  T& operator()(int64_t i, int64_t j) const { return data[i * row + j * column]; }
  Matrix transposed() const { return {data, column, row}; }
};

/// The last two axes of `t`.
template <class T>
Matrix<T> matrix_of(const Tensor& t) {
  return {reinterpret_cast<T*>(t.raw_data_unchecked()), t.strides()[t.ndim() - 2], t.strides()[t.ndim() - 1]};
}

/// out = a b for `rows` x `inner` times `inner` x `columns`, plain loops, sums in the compute type from first
/// to last.
template <class T>
void multiply(Matrix<T> out, Matrix<T> a, Matrix<T> b, int64_t rows, int64_t inner, int64_t columns) {
  using C = compute_t<T>;
  parallel_for(0, rows, 1 + (1 << 14) / (1 + inner * columns), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        C sum{};
        for (int64_t k = 0; k < inner; ++k) sum += static_cast<C>(a(i, k)) * static_cast<C>(b(k, j));
        out(i, j) = static_cast<T>(sum);
      }
  });
}

/// Calls `f.template operator()<T>()` for every dtype of numbers.
template <class F>
void dispatch_numeric(DType dtype, F&& f) {
  dispatch(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) f.template operator()<T>();
  });
}

/// `t` (..., n) as a matrix of all its rows; copies when the leading axes do not lie one behind the other.
inline Tensor as_rows(const Tensor& t) {
  const int64_t columns = t.shape().back();
  const int64_t rows = Shape(t.shape().begin(), t.shape().end() - 1).numel();
  if (t.size() == 0) return t.as_strided({rows, columns}, {columns, 1}, t.impl()->offset);
  int64_t row_step = columns, merged = 1;
  for (int i = t.ndim() - 2; i >= 0; --i) {
    if (t.shape()[i] == 1) continue;
    if (merged == 1) row_step = t.strides()[i];
    if (t.strides()[i] != row_step * merged) return as_rows(t.contiguous());
    merged *= t.shape()[i];
  }
  return t.as_strided({rows, columns}, {row_step, t.strides().back()}, t.impl()->offset);
}

}  // namespace nucella::cpu
