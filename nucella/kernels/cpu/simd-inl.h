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

constexpr int64_t kVectorBytes = hn::MaxLanes(hn::ScalableTag<uint8_t>());
static_assert(kVectorBytes <= kMaxVectorBytes);

/// The rows of one op from its function on vectors, `f(tag, x, y)` or `f(tag, x)`.
template <class F>
constexpr BinaryRows binary_rows(F) {
  return {binary_row<F, float>, binary_row<F, double>, kVectorBytes};
}
template <class F>
constexpr UnaryRows unary_rows(F) {
  return {unary_row<F, float>, unary_row<F, double>, kVectorBytes};
}
/// Only in float32: float64 is left to the reference.
template <class F>
constexpr BinaryRows binary_rows_f32(F) {
  return {binary_row<F, float>, nullptr, kVectorBytes};
}
template <class F>
constexpr UnaryRows unary_rows_f32(F) {
  return {unary_row<F, float>, nullptr, kVectorBytes};
}

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
