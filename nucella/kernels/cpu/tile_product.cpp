#include "nucella/kernels/cpu/tile_product.h"

#include <limits>

#include "nucella/base/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/tile_product.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;

// kM rows by kVectors vectors of c, held in registers while k runs; without the unrolling they would not be.
template <int64_t kM, int kVectors>
HWY_INLINE void block(TileLeft a, const float* HWY_RESTRICT b, int64_t b_row, float* HWY_RESTRICT c,
                      int64_t c_row, int64_t k, bool add) {
  using V = hn::Vec<decltype(d)>;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  V sums[kM][kVectors];
  const float* left[kM];
#pragma GCC unroll 8
  for (int64_t i = 0; i < kM; ++i) {
    left[i] = a.data + i * a.row;
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v)
      sums[i][v] = add ? hn::LoadU(d, c + i * c_row + v * lanes) : hn::Zero(d);
  }
  for (int64_t x = 0; x < k; ++x, b += b_row) {
    V right[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) right[v] = hn::LoadU(d, b + v * lanes);
#pragma GCC unroll 8
    for (int64_t i = 0; i < kM; ++i) {
      const V factor = hn::Set(d, *left[i]);
      left[i] += a.column;
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sums[i][v] = hn::MulAdd(factor, right[v], sums[i][v]);
    }
  }
#pragma GCC unroll 8
  for (int64_t i = 0; i < kM; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[i][v], d, c + i * c_row + v * lanes);
}

// The columns that do not fill a vector.
void edge(TileLeft a, const float* b, int64_t b_row, float* c, int64_t c_row, int64_t m, int64_t n, int64_t k,
          bool add) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      float sum = add ? c[i * c_row + j] : 0;
      for (int64_t x = 0; x < k; ++x) sum += a.data[i * a.row + x * a.column] * b[x * b_row + j];
      c[i * c_row + j] = sum;
    }
}

template <int64_t kM>
HWY_INLINE int64_t stripe(TileLeft a, const float* b, int64_t b_row, float* c, int64_t c_row, int64_t n,
                          int64_t k, bool add) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t j = 0;
  for (; j + 2 * lanes <= n; j += 2 * lanes) block<kM, 2>(a, b + j, b_row, c + j, c_row, k, add);
  for (; j + lanes <= n; j += lanes) block<kM, 1>(a, b + j, b_row, c + j, c_row, k, add);
  return j;
}

void multiply(TileLeft a, const float* b, int64_t b_row, float* c, int64_t c_row, int64_t m, int64_t n,
              int64_t k, bool add) {
  const auto at = [&](int64_t i) { return TileLeft{a.data + i * a.row, a.row, a.column}; };
  int64_t i = 0, columns = 0;
  for (; i + kTileRows <= m; i += kTileRows)
    columns = stripe<kTileRows>(at(i), b, b_row, c + i * c_row, c_row, n, k, add);
  for (; i + 2 <= m; i += 2) columns = stripe<2>(at(i), b, b_row, c + i * c_row, c_row, n, k, add);
  for (; i < m; ++i) columns = stripe<1>(at(i), b, b_row, c + i * c_row, c_row, n, k, add);
  if (columns < n) edge(a, b + columns, b_row, c + columns, c_row, m, n - columns, k, add);
}

// f on whole vectors and on the tail, stored in place; `f` gets the vectors of x and y (y may be x).
template <class F>
HWY_INLINE void for_pairs(float* x, const float* y, int64_t n, F f) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, x + i);
  if (i < n)
    Tail<float>::store(f(Tail<float>(x + i, n - i).load(), Tail<float>(y + i, n - i).load()), x + i, n - i);
}

float scale_row(float* x, float scale, const float* offset, int64_t n) {
  const auto by = hn::Set(d, scale), low = hn::Set(d, -std::numeric_limits<float>::infinity());
  auto top = low, nan = hn::Zero(d);
  const auto note = [&](auto v) HWY_ATTR {
    top = hn::IfThenElse(hn::Gt(v, top), v, top);
    nan = hn::IfThenElse(hn::IsNaN(v), v, nan);
    return v;
  };
  if (offset)
    for_pairs(x, offset, n, [&](auto v, auto o) HWY_ATTR { return note(hn::MulAdd(v, by, o)); });
  else
    for_pairs(x, x, n, [&](auto v, auto) HWY_ATTR { return note(hn::Mul(v, by)); });
  const bool clean = hn::AllFalse(d, hn::IsNaN(nan));
  return clean ? hn::GetLane(hn::MaxOfLanes(d, top)) : std::numeric_limits<float>::quiet_NaN();
}

float exp_row(float* x, float shift, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto by = hn::Set(d, shift);
  auto sum = hn::Zero(d);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto e = exp(d, hn::Sub(hn::LoadU(d, x + i), by));
    hn::StoreU(e, d, x + i);
    sum = hn::Add(sum, e);
  }
  if (i < n) {
    const auto e = exp(d, hn::Sub(Tail<float>(x + i, n - i).load(), by));
    Tail<float>::store(e, x + i, n - i);
    sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(n - i)), e));
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

void multiply_row(float* x, float scale, int64_t n) {
  const auto by = hn::Set(d, scale);
  for_pairs(x, x, n, [&](auto v, auto) HWY_ATTR { return hn::Mul(v, by); });
}

void score_gradient(float* g, const float* p, float shift, float scale, int64_t n) {
  const auto off = hn::Set(d, shift), by = hn::Set(d, scale);
  for_pairs(g, p, n,
            [&](auto v, auto share) HWY_ATTR { return hn::Mul(hn::Mul(share, by), hn::Sub(v, off)); });
}

constexpr TileFunctions kFunctions{hn::MaxLanes(d), multiply,     scale_row,
                                   exp_row,         multiply_row, score_gradient};

}  // namespace

const TileFunctions* tile_op_functions() { return &kFunctions; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(tile_op_functions);

const TileFunctions& tile_functions() {
  static const TileFunctions* functions = HWY_DYNAMIC_DISPATCH(tile_op_functions)();
  return *functions;
}
}  // namespace nucella::cpu
#endif  // HWY_ONCE
