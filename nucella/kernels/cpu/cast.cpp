#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/cast.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

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

const HalfRows* cast_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(cast_rows);

const HalfRows& half_rows() {
  static const HalfRows* rows = HWY_DYNAMIC_DISPATCH(cast_rows)();
  return *rows;
}

template <class To>
struct Convert {
  template <class From>
  To operator()(From v) const {
    return convert<To>(v);
  }
};

void convert_elements(const Tensor& to, const Tensor& from) {
  if (to.dtype() == from.dtype() && to.shape() == from.shape()) return strided_copy(to, from);
  const auto row = dispatch(to.dtype(), [&]<class To>() {
    return dispatch(from.dtype(),
                    []<class From>() -> MapRow { return map_row<Convert<compute_t<To>>, From, To>; });
  });
  for_rows<2>({&to, &from}, row);
}

}  // namespace cpu

namespace {

template <class From, class To>
const char* convert_rows(const Call& call, void (*row)(const From*, To*, int64_t)) {
  const Tensor &x = call.in[0], &out = call.out[0];
  if (!(x.strides() == out.strides()) || !(out.is_contiguous() || out.is_dense()))
    return "the layouts differ";
  const auto* from = reinterpret_cast<const From*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<To*>(out.raw_data_unchecked());
  constexpr int64_t kGrain = 1 << 15;
  parallel_for(0, out.size(), kGrain, [&](int64_t a, int64_t b) { row(from + a, to + a, b - a); });
  return nullptr;
}

const char* simd(const Call& call) {
  const DType from = call.in[0].dtype(), to = call.out[0].dtype();
  const cpu::HalfRows& rows = cpu::half_rows();
  if (from == float16 && to == float32) return convert_rows(call, rows.widen_f16);
  if (from == bfloat16 && to == float32) return convert_rows(call, rows.widen_bf16);
  if (from == float32 && to == float16) return convert_rows(call, rows.narrow_f16);
  if (from == float32 && to == bfloat16) return convert_rows(call, rows.narrow_bf16);
  return "only conversions between float32 and the 16-bit floats have vector code";
}

const char* cast_ref(const Call& call) {
  cpu::convert_elements(call.out[0], call.in[0]);
  return nullptr;
}

constexpr Kernel kKernels[] = {{"simd", simd}, {"ref", cast_ref}};
}  // namespace

extern constinit const KernelList cast_cpu{kKernels};

}  // namespace nucella
#endif  // HWY_ONCE
