// The vector code that packs the operands of matrix products into panels for GemmTiles.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// Panels for the left side (a, GemmTiles::rows wide) and the right side (b, GemmTiles::columns wide):
/// `width` values for each of `depth` steps, one panel behind the other; the last is filled up with zeros.
struct GemmPanels {
  /// From `depth` rows of `count` values that begin at the pointers; a null pointer is a row of zeros.
  void (*pack_a)(const float* const* from, int64_t depth, int64_t count, float* to);
  void (*pack_b)(const float* const* from, int64_t depth, int64_t count, float* to);
  /// From `count` rows of `depth` values, `row` apart, which are transposed on the way.
  void (*turn_a)(const float* from, int64_t row, int64_t depth, int64_t count, float* to);
  void (*turn_b)(const float* from, int64_t row, int64_t depth, int64_t count, float* to);
};

const GemmPanels& gemm_panels();

}  // namespace nucella::cpu
