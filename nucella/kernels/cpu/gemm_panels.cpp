#include "nucella/kernels/cpu/gemm_panels.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <cstring>

#include "nucella/base/simd_targets.h"
#include "nucella/kernels/cpu/gemm_tiles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/gemm_panels.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr int64_t kRows = kGemmRows,
                  kColumns = 2 * static_cast<int64_t>(hn::MaxLanes(hn::ScalableTag<float>()));

// A few rows at a time, so that memory is read along them and written along the panels.
template <int64_t kWidth>
HWY_INLINE void pack(const float* const* from, int64_t depth, int64_t count, float* to) {
  constexpr int64_t kAtATime = kWidth < 8 ? 4 : 8;
  for (int64_t p0 = 0; p0 < depth; p0 += kAtATime) {
    const int64_t p1 = std::min(p0 + kAtATime, depth);
    const int64_t next = std::min(p1 + kAtATime, depth);
    for (int64_t c = 0; c < count; c += kWidth) {
      for (int64_t p = p1; p < next; ++p) hwy::Prefetch(from[p] ? from[p] + c : nullptr);
      float* panel = to + c * depth + p0 * kWidth;
      const int64_t n = std::min(kWidth, count - c);
      for (int64_t p = p0; p < p1; ++p, panel += kWidth) {
        if (!from[p]) {
          std::fill_n(panel, kWidth, 0.f);
        } else if (n == kWidth) {
          std::memcpy(panel, from[p] + c, kWidth * sizeof(float));
        } else {
          std::copy_n(from[p] + c, n, panel);
          std::fill(panel + n, panel + kWidth, 0.f);
        }
      }
    }
  }
}
void pack_a(const float* const* from, int64_t depth, int64_t count, float* to) {
  pack<kRows>(from, depth, count, to);
}
void pack_b(const float* const* from, int64_t depth, int64_t count, float* to) {
  pack<kColumns>(from, depth, count, to);
}

// Four values of each of kCount (four or two) rows, transposed.
#if HWY_TARGET == HWY_SCALAR
template <int64_t kCount>
void turn_rows(const float* from, int64_t row, float* to, int64_t width) {
  for (int64_t r = 0; r < kCount; ++r)
    for (int64_t p = 0; p < 4; ++p) to[p * width + r] = from[r * row + p];
}
#else
constexpr hn::CappedTag<float, 4> d4;
constexpr hn::Half<decltype(d4)> d2;
constexpr hn::RepartitionToWide<decltype(d4)> pairs;

HWY_INLINE void turn_four(const float* from, int64_t row, float* to, int64_t width) {
  const auto r0 = hn::LoadU(d4, from), r1 = hn::LoadU(d4, from + row), r2 = hn::LoadU(d4, from + 2 * row),
             r3 = hn::LoadU(d4, from + 3 * row);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d4, r0, r1)),
             low23 = hn::BitCast(pairs, hn::InterleaveLower(d4, r2, r3)),
             high01 = hn::BitCast(pairs, hn::InterleaveUpper(d4, r0, r1)),
             high23 = hn::BitCast(pairs, hn::InterleaveUpper(d4, r2, r3));
  hn::StoreU(hn::BitCast(d4, hn::InterleaveLower(pairs, low01, low23)), d4, to);
  hn::StoreU(hn::BitCast(d4, hn::InterleaveUpper(pairs, low01, low23)), d4, to + width);
  hn::StoreU(hn::BitCast(d4, hn::InterleaveLower(pairs, high01, high23)), d4, to + 2 * width);
  hn::StoreU(hn::BitCast(d4, hn::InterleaveUpper(pairs, high01, high23)), d4, to + 3 * width);
}

HWY_INLINE void turn_two(const float* from, int64_t row, float* to, int64_t width) {
  const auto r0 = hn::LoadU(d4, from), r1 = hn::LoadU(d4, from + row);
  const auto low = hn::InterleaveLower(d4, r0, r1), high = hn::InterleaveUpper(d4, r0, r1);
  hn::StoreU(hn::LowerHalf(d2, low), d2, to);
  hn::StoreU(hn::UpperHalf(d2, low), d2, to + width);
  hn::StoreU(hn::LowerHalf(d2, high), d2, to + 2 * width);
  hn::StoreU(hn::UpperHalf(d2, high), d2, to + 3 * width);
}

template <int64_t kCount>
HWY_INLINE void turn_rows(const float* from, int64_t row, float* to, int64_t width) {
  return kCount == 4 ? turn_four(from, row, to, width) : turn_two(from, row, to, width);
}
#endif

// kCount rows of a panel: a few at a time, because many rows that lie a power of two apart would throw each
// other out of the cache.
template <int64_t kCount>
HWY_INLINE void turn_stripe(const float* HWY_RESTRICT from, int64_t row, int64_t depth,
                            float* HWY_RESTRICT to, int64_t width) {
  int64_t p = 0;
  for (; p + 16 <= depth; p += 16) {
    for (int64_t r = 0; r < kCount; ++r) hwy::Prefetch(from + (r + kCount) * row);
    for (int64_t i = 0; i < 4; ++i, from += 4, to += 4 * width) turn_rows<kCount>(from, row, to, width);
  }
  for (; p + 4 <= depth; p += 4, from += 4, to += 4 * width) turn_rows<kCount>(from, row, to, width);
  for (; p < depth; ++p, ++from, to += width)
    for (int64_t r = 0; r < kCount; ++r) to[r] = from[r * row];
}

template <int64_t kWidth>
HWY_INLINE void turn(const float* from, int64_t row, int64_t depth, int64_t count, float* to) {
  for (; count >= kWidth; count -= kWidth, from += kWidth * row, to += kWidth * depth) {
    for (int64_t r = 0; r + 4 <= kWidth; r += 4) turn_stripe<4>(from + r * row, row, depth, to + r, kWidth);
    if (kWidth % 4 == 2) turn_stripe<2>(from + (kWidth - 2) * row, row, depth, to + kWidth - 2, kWidth);
  }
  if (count == 0) return;
  for (int64_t p = 0; p < depth; ++p)
    for (int64_t r = 0; r < kWidth; ++r) *to++ = r < count ? from[r * row + p] : 0;
}
void turn_a(const float* from, int64_t row, int64_t depth, int64_t count, float* to) {
  turn<kRows>(from, row, depth, count, to);
}
void turn_b(const float* from, int64_t row, int64_t depth, int64_t count, float* to) {
  turn<kColumns>(from, row, depth, count, to);
}

constexpr GemmPanels kPanels{pack_a, pack_b, turn_a, turn_b};

}  // namespace

const GemmPanels* target_gemm_panels() { return &kPanels; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(target_gemm_panels);

const GemmPanels& gemm_panels() {
  static const GemmPanels* panels = HWY_DYNAMIC_DISPATCH(target_gemm_panels)();
  return *panels;
}

}  // namespace nucella::cpu
#endif  // HWY_ONCE
