#include "nucella/kernels/cpu/gemm_tiles.h"

#include <hwy/cache_control.h>

#include <algorithm>

#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/gemm_tiles.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;
using V = hn::Vec<hn::ScalableTag<float>>;

constexpr int64_t kRows = kGemmRows;
constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(d));
constexpr int64_t kColumns = 2 * kLanes;

struct Row {
  V left, right;
  HWY_INLINE void add(float a, V l, V r) {
    const V v = hn::Set(d, a);
    left = hn::MulAdd(v, l, left);
    right = hn::MulAdd(v, r, right);
  }
  HWY_INLINE void give(float* c, const float* start) const {
    hn::StoreU(start ? hn::Add(left, hn::LoadU(d, start)) : left, d, c);
    hn::StoreU(start ? hn::Add(right, hn::LoadU(d, start + kLanes)) : right, d, c + kLanes);
  }
};

struct Rows {
  Row r0, r1, r2, r3, r4, r5;
  HWY_INLINE void give(float* c, int64_t c_row, GemmStart start) const {
    r0.give(c, start.row(0));
    r1.give(c + c_row, start.row(1));
    r2.give(c + 2 * c_row, start.row(2));
    r3.give(c + 3 * c_row, start.row(3));
    r4.give(c + 4 * c_row, start.row(4));
    r5.give(c + 5 * c_row, start.row(5));
  }
};

HWY_INLINE void tile(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, int64_t depth, float* c,
                     int64_t c_row, GemmStart start) {
  for (int64_t i = 0; i < kRows; ++i) hwy::Prefetch(c + i * c_row);
  const V zero = hn::Zero(d);
  Row r0{zero, zero}, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
#pragma GCC unroll 4
  for (int64_t p = 0; p < depth; ++p, a += kRows, b += kColumns) {
    const V left = hn::LoadU(d, b), right = hn::LoadU(d, b + kLanes);
    r0.add(a[0], left, right);
    r1.add(a[1], left, right);
    r2.add(a[2], left, right);
    r3.add(a[3], left, right);
    r4.add(a[4], left, right);
    r5.add(a[5], left, right);
  }
  Rows{r0, r1, r2, r3, r4, r5}.give(c, c_row, start);
}

HWY_INLINE void tile_of_pieces(const float* const* from, int64_t pieces, int64_t length,
                               const float* HWY_RESTRICT b, float* c, int64_t c_row) {
  const V zero = hn::Zero(d);
  Row r0{zero, zero}, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
  for (int64_t k = 0; k < pieces; ++k, from += kRows) {
    const float *a0 = from[0], *a1 = from[1], *a2 = from[2], *a3 = from[3], *a4 = from[4], *a5 = from[5];
#pragma GCC unroll 4
    for (int64_t p = 0; p < length; ++p, b += kColumns) {
      const V left = hn::LoadU(d, b), right = hn::LoadU(d, b + kLanes);
      r0.add(a0[p], left, right);
      r1.add(a1[p], left, right);
      r2.add(a2[p], left, right);
      r3.add(a3[p], left, right);
      r4.add(a4[p], left, right);
      r5.add(a5[p], left, right);
    }
  }
  Rows{r0, r1, r2, r3, r4, r5}.give(c, c_row, {});
}

void run_pieces(const float* const* from, int64_t pieces, int64_t length, const float* b, int64_t m,
                int64_t n, float* c, int64_t c_row) {
  if (m == kRows && n == kColumns) return tile_of_pieces(from, pieces, length, b, c, c_row);
  float part[kRows * kColumns];
  tile_of_pieces(from, pieces, length, b, part, kColumns);
  for (int64_t r = 0; r < m; ++r) std::copy_n(part + r * kColumns, n, c + r * c_row);
}

void run(const float* a, const float* b, int64_t depth, int64_t m, int64_t n, float* c, int64_t c_row,
         GemmStart start) {
  for (int64_t i = 0; i < m; i += kRows, a += depth * kRows, c += kRows * c_row) {
    const GemmStart from = start.below(i);
    if (i + kRows <= m && n == kColumns) {
      tile(a, b, depth, c, c_row, from);
      continue;
    }
    float part[kRows * kColumns];
    tile(a, b, depth, part, kColumns, {});
    for (int64_t r = 0; r < std::min(kRows, m - i); ++r)
      for (int64_t k = 0; k < n; ++k)
        c[r * c_row + k] = part[r * kColumns + k] + (from.data ? from.row(r)[k] : 0);
  }
}

constexpr GemmTiles kTiles{kRows, kColumns, run, run_pieces};

}  // namespace

const GemmTiles* target_gemm_tiles() { return &kTiles; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(target_gemm_tiles);

const GemmTiles& gemm_tiles() {
  static const GemmTiles* tiles = HWY_DYNAMIC_DISPATCH(target_gemm_tiles)();
  return *tiles;
}

}  // namespace nucella::cpu
#endif  // HWY_ONCE
