// The vector code of matrix products whose operands have been packed into panels.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// Rows of a tile: six of two vectors fill the sixteen registers of AVX2 together with what they are made of.
inline constexpr int64_t kGemmRows = 6;

/// What a product begins with: row i of the tile at data + i * step, or zeros when `data` is null.
struct GemmStart {
  const float* data = nullptr;
  int64_t step = 0;
  const float* row(int64_t i) const { return data ? data + i * step : nullptr; }
  GemmStart below(int64_t rows) const { return {row(rows), step}; }
};

/// c = start + a^T b in tiles of `rows` x `columns` of c. A panel of a holds `rows` values for each of
/// `depth` steps, one panel behind the other; a panel of b holds `columns` of them (see GemmPanels).
struct GemmTiles {
  int64_t rows, columns;
  /// Panels of a for `m` rows, one panel of b, c (m, n) with n <= columns and this distance of rows. What
  /// lies in the panels beyond m and n is read and not used.
  void (*run)(const float* a, const float* b, int64_t depth, int64_t m, int64_t n, float* c, int64_t c_row,
              GemmStart start);
  /// c = a b for a whose `m` <= rows rows lie as they are, in pieces: piece k of row i are the `length`
  /// values at from[k * rows + i] (all `rows` pointers must be good), and the panel of b goes on over all
  /// pieces.
  void (*run_pieces)(const float* const* from, int64_t pieces, int64_t length, const float* b, int64_t m,
                     int64_t n, float* c, int64_t c_row);
};

const GemmTiles& gemm_tiles();

}  // namespace nucella::cpu
