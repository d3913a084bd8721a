// Vectors of the optimizers' updates, once for each target of the processor.
#if defined(NUCELLA_KERNELS_CPU_OPTIMIZER_ROWS_INL_) == defined(HWY_TARGET_TOGGLE)
#ifdef NUCELLA_KERNELS_CPU_OPTIMIZER_ROWS_INL_
#undef NUCELLA_KERNELS_CPU_OPTIMIZER_ROWS_INL_
#else
#define NUCELLA_KERNELS_CPU_OPTIMIZER_ROWS_INL_
#endif

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;
using V = hn::Vec<hn::ScalableTag<float>>;

// Calls `step` on vectors of all arrays and stores the first `kUpdated` of them.
template <size_t kUpdated, size_t N, class F>
void for_vectors(const std::array<float*, N>& p, int64_t n, F step) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  V v[N];
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (size_t k = 0; k < N; ++k) v[k] = hn::LoadU(d, p[k] + i);
    step(v);
    for (size_t k = 0; k < kUpdated; ++k) hn::StoreU(v[k], d, p[k] + i);
  }
  if (i == n) return;
  for (size_t k = 0; k < N; ++k) v[k] = Tail<float>(p[k] + i, n - i).load();
  step(v);
  for (size_t k = 0; k < kUpdated; ++k) Tail<float>::store(v[k], p[k] + i, n - i);
}

template <class Step>
V gradient(const Step& s, V g, V w) {
  return hn::MulAdd(hn::Set(d, s.decay), w, hn::Mul(g, hn::Set(d, s.scale)));
}

}  // namespace
}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
