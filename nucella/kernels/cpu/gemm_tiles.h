// The vector code of matrix products whose operands have been packed into panels.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// c += a^T b in tiles of `rows` x `columns`: panels of a hold `rows` values for each of `depth` steps, one
/// panel behind the other, the panel of b `columns` of them. Values beyond m and n are there (0) and not
/// used.
struct GemmTiles {
  int64_t rows, columns;
  /// Panels of a, and of b, from `count` columns of `depth` rows that begin at the pointers; a null pointer
  /// is a row of zeros. Writes the last panel whole.
  void (*pack_a)(const float* const* from, int64_t depth, int64_t count, float* to);
  void (*pack_b)(const float* const* from, int64_t depth, int64_t count, float* to);
  /// c (m, n) with n <= columns and this distance of rows; `add` false: c = a^T b.
  void (*run)(const float* a, const float* b, int64_t depth, int64_t m, int64_t n, float* c, int64_t c_row,
              bool add);
  /// c = a b for a whose `m` <= rows rows lie as they are, in pieces: piece k of row i are the `length`
  /// values at from[k * rows + i] (all `rows` pointers must be good), and the panel of b goes on over all
  /// pieces.
  void (*run_pieces)(const float* const* from, int64_t pieces, int64_t length, const float* b, int64_t m,
                     int64_t n, float* c, int64_t c_row);
};

const GemmTiles& gemm_tiles();

}  // namespace nucella::cpu
