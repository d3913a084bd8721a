#include "nucella/kernels/cpu/activation_rows.h"

#include "nucella/base/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/activation_rows.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;

template <class F>
HWY_INLINE void for_vectors(float* x, int64_t n, F f) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, x + i);
  if (i < n) Tail<float>::store(f(Tail<float>(x + i, n - i).load()), x + i, n - i);
}

void sigmoid_row(float* x, int64_t n) {
  for_vectors(x, n, [](auto v) HWY_ATTR { return sigmoid(d, v); });
}
void tanh_row(float* x, int64_t n) {
  for_vectors(x, n, [](auto v) HWY_ATTR { return tanh(d, v); });
}

constexpr ActivationRows kRows{sigmoid_row, tanh_row};

}  // namespace

const ActivationRows* activation_op_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(activation_op_rows);

const ActivationRows& activation_rows() {
  static const ActivationRows* rows = HWY_DYNAMIC_DISPATCH(activation_op_rows)();
  return *rows;
}
}  // namespace nucella::cpu
#endif  // HWY_ONCE
