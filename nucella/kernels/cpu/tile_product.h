// Products of small float matrices that lie in the cache, for kernels that work tile by tile.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// A matrix whose elements are read one by one: element (i, k) at data[i * row + k * column].
struct TileLeft {
  const float* data;
  int64_t row, column;
};

/// Rows that are multiplied at once.
inline constexpr int64_t kTileRows = 6;

/// Vector functions on rows and small matrices.
struct TileFunctions {
  int64_t lanes;  ///< of a vector

  /// c (m, n) = a (m, k) b (k, n), added to what is in c with `add`. Rows of `b` and `c` lie dense, `b_row`
  /// and `c_row` apart.
  void (*multiply)(TileLeft a, const float* b, int64_t b_row, float* c, int64_t c_row, int64_t m, int64_t n,
                   int64_t k, bool add);
  /// The largest of x * scale + offset (which may be null), stored in place of x; -inf for n = 0.
  float (*scale_row)(float* x, float scale, const float* offset, int64_t n);
  /// x = exp(x - shift); returns their sum.
  float (*exp_row)(float* x, float shift, int64_t n);
  /// x = x * scale.
  void (*multiply_row)(float* x, float scale, int64_t n);
  /// d = p * (d - shift) * scale.
  void (*score_gradient)(float* d, const float* p, float shift, float scale, int64_t n);
};
const TileFunctions& tile_functions();

}  // namespace nucella::cpu
