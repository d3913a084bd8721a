#include "nucella/base/half_rows.h"

#include "nucella/base/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/base/half_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nucella::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<float> df;
constexpr hn::RebindToUnsigned<hn::ScalableTag<float>> du;
constexpr hn::RebindToSigned<hn::ScalableTag<float>> di;
constexpr hn::Rebind<uint16_t, hn::ScalableTag<float>> du16;

void widen_bf16(const BFloat16* x, float* out, int64_t n) {
  const auto* bits = reinterpret_cast<const uint16_t*>(x);
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::BitCast(df, hn::ShiftLeft<16>(hn::PromoteTo(du, hn::LoadU(du16, bits + i)))), df, out + i);
  for (; i < n; ++i) out[i] = x[i];
}

// As the constructor of BFloat16: to nearest even, and a NaN stays one.
void narrow_bf16(const float* x, BFloat16* out, int64_t n) {
  auto* to = reinterpret_cast<uint16_t*>(out);
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto v = hn::LoadU(df, x + i);
    const auto u = hn::BitCast(du, v);
    const auto top = hn::ShiftRight<16>(u);
    const auto odd = hn::And(top, hn::Set(du, 1));
    const auto rounded = hn::ShiftRight<16>(hn::Add(u, hn::Add(odd, hn::Set(du, 0x7FFF))));
    const auto nan = hn::RebindMask(du, hn::IsNaN(v));
    const auto result = hn::IfThenElse(nan, hn::Or(top, hn::Set(du, 0x40)), rounded);
    hn::StoreU(hn::DemoteTo(du16, hn::BitCast(di, result)), du16, to + i);
  }
  for (; i < n; ++i) out[i] = BFloat16(x[i]);
}

void widen_f16(const Half* x, float* out, int64_t n) {
  int64_t i = 0;
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  constexpr hn::Rebind<hwy::float16_t, hn::ScalableTag<float>> df16;
  const auto* from = reinterpret_cast<const hwy::float16_t*>(x);
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  for (; i + lanes <= n; i += lanes) hn::StoreU(hn::PromoteTo(df, hn::LoadU(df16, from + i)), df, out + i);
#endif
  for (; i < n; ++i) out[i] = x[i];
}

void narrow_f16(const float* x, Half* out, int64_t n) {
  int64_t i = 0;
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  constexpr hn::Rebind<hwy::float16_t, hn::ScalableTag<float>> df16;
  auto* to = reinterpret_cast<hwy::float16_t*>(out);
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  for (; i + lanes <= n; i += lanes) hn::StoreU(hn::DemoteTo(df16, hn::LoadU(df, x + i)), df16, to + i);
#endif
  for (; i < n; ++i) out[i] = Half(x[i]);
}

constexpr HalfRows kRows{widen_f16, widen_bf16, narrow_f16, narrow_bf16};

}  // namespace

const HalfRows* rows_of_target() { return &kRows; }

}  // namespace nucella::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
HWY_EXPORT(rows_of_target);

const HalfRows& half_rows() {
  static const HalfRows* rows = HWY_DYNAMIC_DISPATCH(rows_of_target)();
  return *rows;
}

}  // namespace nucella
#endif  // HWY_ONCE
