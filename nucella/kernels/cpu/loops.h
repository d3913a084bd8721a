// Walking strided operands row by row, in parallel: every element-wise kernel, plain or with vectors, is
// called back from here.
#pragma once
#include "nucella/base/parallel.h"
#include "nucella/op/op.h"
#include "nucella/tensor/strided.h"

namespace nucella::cpu {

/// The type to compute in: float for the 16-bit types, else the type itself.
template <class T>
struct compute_of {
  using type = T;
};
template <>
struct compute_of<Half> {
  using type = float;
};
template <>
struct compute_of<BFloat16> {
  using type = float;
};
template <class T>
using compute_t = typename compute_of<T>::type;

/// A stretch of a row: where each operand starts and its step in elements. Operand 0 is the output.
template <int N>
struct Row {
  std::array<std::byte*, N> start;
  std::array<int64_t, N> step;
  int64_t size;

  template <class T>
  T* at(int k) const {
    return reinterpret_cast<T*>(start[k]);
  }
};

/// N operands over the shape of the first, to which the others are broadcast, with their axes in the order
/// that suits it.
template <int N>
class Rows {
 public:
  explicit Rows(const std::array<const Tensor*, N>& operands)
      : loop_(plan_loop<N>(operands[0]->shape(), strides_of(operands))) {
    for (int k = 0; k < N; ++k) {
      itemsize_[k] = operands[k]->itemsize();
      data_[k] = operands[k]->raw_data_unchecked();
    }
    for (int i = 0; i < loop_.shape.ndim() - 1; ++i) count_ *= loop_.shape[i];
  }

  int64_t length() const { return loop_.shape.back(); }
  int64_t count() const { return count_; }
  /// Step of an operand along a row, in elements.
  int64_t step(int k) const { return loop_.strides[k].back(); }

  /// `size` elements of row `index`, from element `first` of it.
  Row<N> stretch(int64_t index, int64_t first, int64_t size) const {
    Row<N> row{data_, {}, size};
    std::array<int64_t, N> at{};
    for (int i = loop_.shape.ndim() - 2; i >= 0; --i) {
      const int64_t here = index % loop_.shape[i];
      index /= loop_.shape[i];
      for (int k = 0; k < N; ++k) at[k] += here * loop_.strides[k][i];
    }
    for (int k = 0; k < N; ++k) {
      row.step[k] = step(k);
      row.start[k] += (at[k] + first * row.step[k]) * itemsize_[k];
    }
    return row;
  }

 private:
  static std::array<Shape, N> strides_of(const std::array<const Tensor*, N>& operands) {
    const Shape& shape = operands[0]->shape();
    return [&]<size_t... K>(std::index_sequence<K...>) {
      return std::array<Shape, N>{operands[0]->strides(), broadcast_strides(*operands[K + 1], shape)...};
    }
    (std::make_index_sequence<N - 1>());
  }

  StridedLoop<N> loop_;
  std::array<std::byte*, N> data_;
  std::array<int64_t, N> itemsize_;
  int64_t count_ = 1;
};

/// Calls `body(row)` for all rows; one that is alone is cut into stretches for the threads.
template <int N, class F>
void for_rows(const Rows<N>& rows, const F& body) {
  constexpr int64_t kGrain = 1 << 14;
  const int64_t length = rows.length();
  if (length == 0) return;
  if (rows.count() == 1) {
    parallel_for(0, length, kGrain, [&](int64_t a, int64_t b) { body(rows.stretch(0, a, b - a)); });
    return;
  }
  parallel_for(0, rows.count(), std::max<int64_t>(1, kGrain / length), [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) body(rows.stretch(r, 0, length));
  });
}

/// Over empty tensors, too.
template <int N, class F>
void for_rows(const std::array<const Tensor*, N>& operands, const F& body) {
  if (operands[0]->size() > 0) for_rows(Rows<N>(operands), body);
}

}  // namespace nucella::cpu
