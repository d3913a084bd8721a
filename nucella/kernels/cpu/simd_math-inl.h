// Elementary functions on float vectors, right for every input; included once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "nucella/kernels/cpu/scalar_math.h"

#if defined(NUCELLA_KERNELS_CPU_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NUCELLA_KERNELS_CPU_SIMD_MATH_INL_H_
#undef NUCELLA_KERNELS_CPU_SIMD_MATH_INL_H_
#else
#define NUCELLA_KERNELS_CPU_SIMD_MATH_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
hn::Vec<D> one(D d) {
  return hn::Set(d, hn::TFromD<D>(1));
}

/// `fast` for the lanes where it is `good`, the scalar function F for the others. `fast` only ever sees good
/// lanes, so that neither its result nor the floating-point flags are off anywhere.
template <class F, class D, class V, class M, class Fast>
HWY_INLINE V with_scalar(D d, V x, M good, Fast fast) {
  using T = hn::TFromD<D>;
  if (HWY_LIKELY(hn::AllTrue(d, good))) return fast(x);
  const V y = fast(hn::IfThenElse(good, x, one(d)));
  HWY_ALIGN T xs[hn::MaxLanes(d)], ys[hn::MaxLanes(d)], use[hn::MaxLanes(d)];
  hn::Store(x, d, xs);
  hn::Store(y, d, ys);
  hn::Store(hn::IfThenElseZero(good, one(d)), d, use);
  for (size_t i = 0; i < hn::Lanes(d); ++i)
    if (use[i] == T(0)) ys[i] = F{}(xs[i]);
  return hn::Load(d, ys);
}

/// first + x (second + x (...)), spelled out: loops over so few coefficients are left as loops.
template <class D, class V>
HWY_INLINE V polynomial(D d, V, float last) {
  return hn::Set(d, last);
}
template <class D, class V, class... Rest>
HWY_INLINE V polynomial(D d, V x, float first, Rest... rest) {
  return hn::MulAdd(polynomial(d, x, rest...), x, hn::Set(d, first));
}

/// e^x for |x| <= 87, where it is a normal number. e^x = 2^n e^r with |r| <= ln(2) / 2; the polynomial is a
/// minimax fit of (e^r - 1 - r) / r^2 with an error of 3e-9 in e^r.
template <class D, class V>
HWY_INLINE V exp_normal(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V magic =
      hn::Set(d, 12582912.0f);  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  const V shifted = hn::MulAdd(x, hn::Set(d, 1.44269504f), magic), n = hn::Sub(shifted, magic);
  const V r = hn::NegMulAdd(n, hn::Set(d, 1.42860677e-6f), hn::NegMulAdd(n, hn::Set(d, 0.693145752f), x));
  const V sum = polynomial(d, r, 0.49999993f, 0.1666652f, 0.04166839f, 0.00836875f, 0.00138145f);
  const V power = hn::Add(hn::MulAdd(sum, hn::Mul(r, r), r), one(d));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, power), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
}
template <class D, class V>
HWY_INLINE V exp(D d, V x) {
  if (HWY_LIKELY(hn::AllTrue(d, hn::Le(hn::Abs(x), hn::Set(d, 87.0f))))) return exp_normal(d, x);
  const V low = hn::Set(d, -104.0f);  // below, the result is 0
  return with_scalar<Exp>(d, x, hn::Le(x, hn::Set(d, 88.0f)),
                          [&](V v) { return hn::Exp(d, hn::IfThenElse(hn::Lt(v, low), low, v)); });
}
/// log(x) of a normal number: x = 2^n (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); the polynomial is a minimax
/// fit of (log(1 + f) - f + f^2 / 2) / f^3 with a relative error of 6e-9 in log(1 + f).
template <class D, class V>
HWY_INLINE V log_normal(D d, V x) {
  const hn::RebindToSigned<D> di;
  const auto bits = hn::BitCast(di, x);
  const auto n = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(di, 0x3f3504f3)));
  const V f = hn::Sub(hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(n))), one(d)),
          power = hn::ConvertTo(d, n);
  const V sum = polynomial(d, f, 0.333333317f, -0.250008210f, 0.200012269f, -0.166233574f, 0.142017578f,
                           -0.131601819f, 0.127615781f, -0.0763449928f);
  const V square = hn::Mul(f, f);
  const V rest = hn::MulAdd(hn::Mul(square, f), sum, hn::Mul(power, hn::Set(d, 1.42860677e-6f)));
  const V curved = hn::Add(hn::NegMulAdd(square, hn::Set(d, 0.5f), rest), f);
  return hn::MulAdd(power, hn::Set(d, 0.693145752f), curved);
}
template <class D, class V>
HWY_INLINE V log(D d, V x) {
  const V largest = hn::Set(d, 3.4028235e38f);
  const auto normal = hn::And(hn::Ge(x, hn::Set(d, 1.17549435e-38f)), hn::Le(x, largest));
  if (HWY_LIKELY(hn::AllTrue(d, normal))) return log_normal(d, x);
  return with_scalar<Log>(d, x, hn::And(hn::Gt(x, hn::Zero(d)), hn::Le(x, largest)),
                          [&](V v) { return hn::Log(d, v); });
}
template <class D, class V>
HWY_INLINE V sin(D d, V x) {
  return with_scalar<Sin>(d, x, hn::Le(hn::Abs(x), hn::Set(d, 1000.0f)), [&](V v) { return hn::Sin(d, v); });
}
template <class D, class V>
HWY_INLINE V cos(D d, V x) {
  return with_scalar<Cos>(d, x, hn::Le(hn::Abs(x), hn::Set(d, 1000.0f)), [&](V v) { return hn::Cos(d, v); });
}
/// (1 - e^-2x) / (1 + e^-2x), and where that cancels, x + x^3 times a minimax fit.
template <class D, class V>
HWY_INLINE V tanh(D d, V x) {
  return with_scalar<Tanh>(d, x, hn::Eq(x, x), [&](V v) {
    const V size = hn::Min(hn::Abs(v), hn::Set(d, 20.0f));  // beyond, the result is 1 or -1
    const V e = exp_normal(d, hn::Mul(size, hn::Set(d, -2.0f)));
    const V large = hn::Div(hn::Sub(one(d), e), hn::Add(one(d), e)), square = hn::Mul(size, size);
    const V sum =
        polynomial(d, square, -0.333332695f, 0.133310923f, -0.0537096577f, 0.0205388205f, -0.00559101655f);
    const V small = hn::MulAdd(hn::Mul(square, size), sum, size);
    return hn::CopySign(hn::IfThenElse(hn::Lt(size, hn::Set(d, 0.625f)), small, large), v);
  });
}
template <class D, class V>
HWY_INLINE V sigmoid(D d, V x) {
  return with_scalar<Sigmoid>(d, x, hn::Eq(x, x), [&](V v) {
    const V e = exp(d, hn::Neg(hn::Abs(v)));
    return hn::Div(hn::IfThenElse(hn::Ge(v, hn::Zero(d)), one(d), e), hn::Add(one(d), e));
  });
}

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
