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

template <class F, int kMode, class T>
void binary_row(const T* x, const T* y, T* out, int64_t n) {
  const hn::ScalableTag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto vx = hn::Set(d, *x), vy = hn::Set(d, *y);
  const auto at_x = [&](int64_t i) {
    if constexpr (kMode == kValueRow)
      return vx;
    else
      return hn::LoadU(d, x + i);
  };
  const auto at_y = [&](int64_t i) {
    if constexpr (kMode == kRowValue)
      return vy;
    else
      return hn::LoadU(d, y + i);
  };
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(F{}(d, at_x(i), at_y(i)), d, out + i);
  if (i == n) return;
  const auto tx = kMode == kValueRow
                      ? vx
                      : Tail<T>(x + (kMode == kValueRow ? 0 : i), kMode == kValueRow ? 1 : n - i).load();
  const auto ty = kMode == kRowValue
                      ? vy
                      : Tail<T>(y + (kMode == kRowValue ? 0 : i), kMode == kRowValue ? 1 : n - i).load();
  Tail<T>::store(F{}(d, tx, ty), out + i, n - i);
}

template <class F, class T>
void unary_row(const T* x, T* out, int64_t n) {
  const hn::ScalableTag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(F{}(d, hn::LoadU(d, x + i)), d, out + i);
  if (i < n) Tail<T>::store(F{}(d, Tail<T>(x + i, n - i).load()), out + i, n - i);
}

template <class F>
constexpr BinaryRows binary_rows() {
  return {
      {binary_row<F, kRowRow, float>, binary_row<F, kValueRow, float>, binary_row<F, kRowValue, float>},
      {binary_row<F, kRowRow, double>, binary_row<F, kValueRow, double>, binary_row<F, kRowValue, double>}};
}
template <class F>
constexpr UnaryRows unary_rows() {
  return {unary_row<F, float>, unary_row<F, double>};
}
/// Only in float32: float64 is left to the reference.
template <class F>
constexpr UnaryRows unary_rows_f32() {
  return {unary_row<F, float>, nullptr};
}

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
