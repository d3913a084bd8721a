// The row functions of reductions: all of a row becomes one value, or rows become one row.
#pragma once
#include <cstdint>

namespace nucella::cpu {

enum class Reducer { kSum, kLargest, kSmallest, kSquareSum, kProduct };

/// One reduction of elements T that are collected as C.
template <class T, class C>
struct ReduceRows {
  using Element = T;
  using Collected = C;
  C start;
  /// total[i] = join(total[i], more[i]).
  void (*join)(C* total, const C* more, int64_t n);
  /// All of a row of at least one element. Sums of squares are those of the distances from `center`; the
  /// others ignore it.
  C (*fold)(const T* x, int64_t n, T center);
  /// total[i] is joined with column i of `rows` rows that lie `step` elements apart; one center for each
  /// column, or null for 0.
  void (*columns)(C* total, const T* x, int64_t step, int64_t rows, int64_t n, const T* center);
};

/// In vector code; floats are collected in float64 every few rows or few thousand elements.
const ReduceRows<float, double>& reduce_rows_f32(Reducer reducer);
const ReduceRows<double, double>& reduce_rows_f64(Reducer reducer);

/// Rows that one call of `columns` is best given.
inline constexpr int64_t kReduceRows = 8;

}  // namespace nucella::cpu
