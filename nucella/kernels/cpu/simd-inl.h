// Row functions from vector functions; included once for each instruction set.
#include <hwy/highway.h>

#include "nucella/kernels/cpu/simd.h"

#if defined(NUCELLA_KERNELS_CPU_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NUCELLA_KERNELS_CPU_SIMD_INL_H_
#undef NUCELLA_KERNELS_CPU_SIMD_INL_H_
#else
#define NUCELLA_KERNELS_CPU_SIMD_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The lanes of a row's end that do not fill a vector. Unused lanes repeat the first element, so that they
/// raise no floating-point flag which the data do not raise themselves.
template <class T>
class Tail {
 public:
  Tail(const T* from, int64_t n) {
    for (int64_t i = 0; i < static_cast<int64_t>(hn::Lanes(d)); ++i) lanes_[i] = from[i < n ? i : 0];
  }
  auto load() const { return hn::Load(d, lanes_); }
  template <class V>
  static void store(V v, T* to, int64_t n) {
    Tail out;
    hn::Store(v, d, out.lanes_);
    for (int64_t i = 0; i < n; ++i) to[i] = out.lanes_[i];
  }

 private:
  static constexpr hn::ScalableTag<T> d{};
  Tail() = default;
  HWY_ALIGN T lanes_[hn::MaxLanes(d)];
};

/// f(first, part) for the lanes of a vector of floats in float64: `first` is the lane that the part begins
/// with.
template <class V, class F>
HWY_INLINE void for_parts_f64(V v, F f) {
  const hn::ScalableTag<double> d;
#if HWY_TARGET == HWY_SCALAR
  f(0, hn::PromoteTo(d, v));
#else
  f(0, hn::PromoteTo(d, hn::LowerHalf(v)));
  f(static_cast<int64_t>(hn::Lanes(d)), hn::PromoteTo(d, hn::UpperHalf(hn::Rebind<float, decltype(d)>(), v)));
#endif
}

template <class F, class T>
void binary_row(const T* x, int64_t x_step, const T* y, int64_t y_step, T* out, int64_t n) {
  const hn::ScalableTag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < n; i += lanes)
    hn::StoreU(F{}(d, hn::LoadU(d, x + i * x_step), hn::LoadU(d, y + i * y_step)), d, out + i);
}

template <class F, class T>
void unary_row(const T* x, T* out, int64_t n) {
  const hn::ScalableTag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < n; i += lanes) hn::StoreU(F{}(d, hn::LoadU(d, x + i)), d, out + i);
}

/// A vector of bfloat16 as two of floats: the elements with even and those with odd numbers. That takes
/// neither a shuffle nor a change of the order.
struct Bf16Pair {
  using F32 = hn::ScalableTag<float>;
  using U32 = hn::RebindToUnsigned<F32>;
  hn::Vec<F32> even, odd;

  static HWY_INLINE Bf16Pair load(const BFloat16* x) {
    const auto bits = hn::LoadU(U32(), reinterpret_cast<const uint32_t*>(x));
    return {hn::BitCast(F32(), hn::ShiftLeft<16>(bits)),
            hn::BitCast(F32(), hn::And(bits, hn::Set(U32(), 0xFFFF0000u)))};
  }
  HWY_INLINE void store(BFloat16* to) const {
    const auto high = hn::And(rounded(odd), hn::Set(U32(), 0xFFFF0000u));
    hn::StoreU(hn::Or(hn::ShiftRight<16>(rounded(even)), high), U32(), reinterpret_cast<uint32_t*>(to));
  }

 private:
  // To nearest even in the upper 16 bits; a NaN stays one.
  static HWY_INLINE hn::Vec<U32> rounded(hn::Vec<F32> v) {
    const auto u = hn::BitCast(U32(), v);
    const auto odd_bit = hn::And(hn::ShiftRight<16>(u), hn::Set(U32(), 1));
    const auto near = hn::Add(u, hn::Add(odd_bit, hn::Set(U32(), 0x7FFF)));
    return hn::IfThenElse(hn::RebindMask(U32(), hn::IsNaN(v)), hn::Or(u, hn::Set(U32(), 0x400000)), near);
  }
};

template <class F>
void binary_row_bf16(const BFloat16* x, int64_t x_step, const BFloat16* y, int64_t y_step, BFloat16* out,
                     int64_t n) {
  const hn::ScalableTag<float> d;
  const auto lanes = 2 * static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < n; i += lanes) {
    const Bf16Pair a = Bf16Pair::load(x + i * x_step), b = Bf16Pair::load(y + i * y_step);
    Bf16Pair{F{}(d, a.even, b.even), F{}(d, a.odd, b.odd)}.store(out + i);
  }
}

template <class F>
void unary_row_bf16(const BFloat16* x, BFloat16* out, int64_t n) {
  const hn::ScalableTag<float> d;
  const auto lanes = 2 * static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < n; i += lanes) {
    const Bf16Pair a = Bf16Pair::load(x + i);
    Bf16Pair{F{}(d, a.even), F{}(d, a.odd)}.store(out + i);
  }
}

constexpr int64_t kVectorBytes = hn::MaxLanes(hn::ScalableTag<uint8_t>());
static_assert(kVectorBytes <= kMaxVectorBytes);

/// The rows of one op from its function on vectors, `f(tag, x, y)` or `f(tag, x)`.
template <class F>
constexpr BinaryRows binary_rows(F) {
  return {binary_row<F, float>, binary_row<F, double>, binary_row_bf16<F>, kVectorBytes};
}
template <class F>
constexpr UnaryRows unary_rows(F) {
  return {unary_row<F, float>, unary_row<F, double>, unary_row_bf16<F>, kVectorBytes};
}
/// Only in float32: float64 is left to the reference.
template <class F>
constexpr BinaryRows binary_rows_f32(F) {
  return {binary_row<F, float>, nullptr, binary_row_bf16<F>, kVectorBytes};
}
template <class F>
constexpr UnaryRows unary_rows_f32(F) {
  return {unary_row<F, float>, nullptr, unary_row_bf16<F>, kVectorBytes};
}

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
