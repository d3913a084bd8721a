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

template <class D, class V>
HWY_INLINE V exp(D d, V x) {
  const V low = hn::Set(d, -104.0f);  // below, the result is 0
  return with_scalar<Exp>(d, x, hn::Le(x, hn::Set(d, 88.0f)),
                          [&](V v) { return hn::Exp(d, hn::IfThenElse(hn::Lt(v, low), low, v)); });
}
template <class D, class V>
HWY_INLINE V log(D d, V x) {
  const auto good = hn::And(hn::Gt(x, hn::Zero(d)), hn::Le(x, hn::Set(d, 3.4028235e38f)));
  return with_scalar<Log>(d, x, good, [&](V v) { return hn::Log(d, v); });
}
template <class D, class V>
HWY_INLINE V sin(D d, V x) {
  return with_scalar<Sin>(d, x, hn::Le(hn::Abs(x), hn::Set(d, 1000.0f)), [&](V v) { return hn::Sin(d, v); });
}
template <class D, class V>
HWY_INLINE V cos(D d, V x) {
  return with_scalar<Cos>(d, x, hn::Le(hn::Abs(x), hn::Set(d, 1000.0f)), [&](V v) { return hn::Cos(d, v); });
}
template <class D, class V>
HWY_INLINE V tanh(D d, V x) {
  const V end = hn::Set(d, 20.0f);  // beyond, the result is 1 or -1
  return with_scalar<Tanh>(d, x, hn::Eq(x, x),
                           [&](V v) { return hn::Tanh(d, hn::Max(hn::Min(v, end), hn::Neg(end))); });
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
