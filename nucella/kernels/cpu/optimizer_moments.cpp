#include "nucella/kernels/cpu/optimizer_update.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/optimizer_moments.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/optimizer_rows-inl.h"

#ifndef NUCELLA_KERNELS_CPU_OPTIMIZER_MOMENTS_STEPS_
#define NUCELLA_KERNELS_CPU_OPTIMIZER_MOMENTS_STEPS_
namespace nucella::cpu {

/// The constants of a step and its row functions: parameters, states and gradients side by side.
struct AdaMaxStep {
  float lr, rest1, beta2, epsilon, decay, scale;
};
struct AmsgradStep {
  float lr, rest1, rest2, epsilon, decay, scale;
};
struct AsgdStep {
  float lr, lambd, mu, decay, scale;
};
struct FtrlStep {
  float lr, l1, l2, decay, scale;
};
struct RpropStep {
  float lr, minus, plus, smallest, largest, decay, scale;
  bool first;
};
struct MomentRows {
  void (*ada_max)(const AdaMaxStep& step, const std::array<float*, 4>& p, int64_t n);
  void (*amsgrad)(const AmsgradStep& step, const std::array<float*, 5>& p, int64_t n);
  void (*asgd)(const AsgdStep& step, const std::array<float*, 3>& p, int64_t n);
  void (*ftrl)(const FtrlStep& step, const std::array<float*, 4>& p, int64_t n);
  void (*rprop)(const RpropStep& step, const std::array<float*, 4>& p, int64_t n);
};

}  // namespace nucella::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

void ada_max_row(const AdaMaxStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest1 = hn::Set(d, s.rest1), beta2 = hn::Set(d, s.beta2);
  const V epsilon = hn::Set(d, s.epsilon);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    v[1] = hn::MulAdd(rest1, hn::Sub(g, v[1]), v[1]);
    v[2] = hn::Max(hn::Mul(beta2, v[2]), hn::Abs(g));
    v[0] = hn::Sub(v[0], hn::Div(hn::Mul(lr, v[1]), hn::Add(v[2], epsilon)));
  });
}

void amsgrad_row(const AmsgradStep& s, const std::array<float*, 5>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest1 = hn::Set(d, s.rest1), rest2 = hn::Set(d, s.rest2);
  const V epsilon = hn::Set(d, s.epsilon);
  for_vectors<4>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[4], v[0]);
    v[1] = hn::MulAdd(rest1, hn::Sub(g, v[1]), v[1]);
    v[2] = hn::MulAdd(rest2, hn::Sub(hn::Mul(g, g), v[2]), v[2]);
    v[3] = hn::Max(v[3], v[2]);
    v[0] = hn::Sub(v[0], hn::Div(hn::Mul(lr, v[1]), hn::Add(hn::Sqrt(v[3]), epsilon)));
  });
}

void asgd_row(const AsgdStep& s, const std::array<float*, 3>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), keep = hn::Set(d, 1 - s.lambd * s.lr), mu = hn::Set(d, s.mu);
  for_vectors<2>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[2], v[0]);
    v[0] = hn::NegMulAdd(lr, g, hn::Mul(v[0], keep));
    v[1] = hn::MulAdd(mu, hn::Sub(v[0], v[1]), v[1]);
  });
}

void ftrl_row(const FtrlStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), l1 = hn::Set(d, s.l1), l2 = hn::Set(d, 2 * s.l2);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    const V accum = hn::MulAdd(g, g, v[1]), root = hn::Sqrt(accum);
    v[2] = hn::Sub(hn::Add(v[2], g), hn::Mul(hn::Div(hn::Sub(root, hn::Sqrt(v[1])), lr), v[0]));
    const V size = hn::Sub(hn::Abs(v[2]), l1);
    const V next = hn::Div(hn::CopySign(size, hn::Neg(v[2])), hn::Add(hn::Div(root, lr), l2));
    v[0] = hn::IfThenElse(hn::Gt(size, hn::Zero(d)), next, hn::Zero(d));
    v[1] = accum;
  });
}

void rprop_row(const RpropStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), minus = hn::Set(d, s.minus), plus = hn::Set(d, s.plus), zero = hn::Zero(d);
  const V smallest = hn::Set(d, s.smallest), largest = hn::Set(d, s.largest);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]), product = hn::Mul(g, v[1]);
    const V size = s.first ? lr : v[2];
    const V grown = hn::IfThenElse(hn::Gt(product, zero), hn::Mul(size, plus), size);
    const auto turned = hn::Lt(product, zero);
    v[2] = hn::Min(hn::Max(hn::IfThenElse(turned, hn::Mul(size, minus), grown), smallest), largest);
    v[1] = hn::IfThenElse(turned, zero, g);
    v[0] = hn::IfThenElse(hn::Eq(v[1], zero), v[0], hn::Sub(v[0], hn::CopySign(v[2], v[1])));
  });
}

constexpr MomentRows kRows{ada_max_row, amsgrad_row, asgd_row, ftrl_row, rprop_row};

}  // namespace

const MomentRows* moment_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(moment_rows);
}
namespace {

const cpu::MomentRows& rows() {
  using namespace cpu;
  static const MomentRows* rows = HWY_DYNAMIC_DISPATCH(moment_rows)();
  return *rows;
}

const char* ada_max_simd(const Call& call) {
  const auto& [beta1, beta2, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  const cpu::AdaMaxStep step{cpu::learning_rate(call), cpu::as_float(1 - beta1),    cpu::as_float(beta2),
                             cpu::as_float(epsilon),   cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<4>(call, step, rows().ada_max);
}

const char* ada_max_ref(const Call& call) {
  const auto& [beta1, beta2, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], g = *p[3] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C m = *p[1] + static_cast<C>(1 - beta1) * (g - *p[1]);
    const C v = std::max(static_cast<C>(beta2) * *p[2], std::abs(g));
    *p[1] = static_cast<T>(m);
    *p[2] = static_cast<T>(v);
    *p[0] = static_cast<T>(w - lr * m / (v + static_cast<C>(epsilon)));
  });
}

const char* amsgrad_simd(const Call& call) {
  const auto& [beta1, beta2, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  const cpu::AmsgradStep step{cpu::learning_rate(call), cpu::as_float(1 - beta1),    cpu::as_float(1 - beta2),
                              cpu::as_float(epsilon),   cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<5>(call, step, rows().amsgrad);
}

const char* amsgrad_ref(const Call& call) {
  const auto& [beta1, beta2, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  return cpu::update_all<5>(call, [&]<class T, class C>(const std::array<T*, 5>& p, C lr) {
    const C w = *p[0], g = *p[4] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C m = *p[1] + static_cast<C>(1 - beta1) * (g - *p[1]);
    const C v = *p[2] + static_cast<C>(1 - beta2) * (g * g - *p[2]);
    const C maximum = std::max(static_cast<C>(*p[3]), v);
    *p[1] = static_cast<T>(m);
    *p[2] = static_cast<T>(v);
    *p[3] = static_cast<T>(maximum);
    *p[0] = static_cast<T>(w - lr * m / (std::sqrt(maximum) + static_cast<C>(epsilon)));
  });
}

const char* asgd_simd(const Call& call) {
  const auto& [lambd, mu, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  const cpu::AsgdStep step{cpu::learning_rate(call), cpu::as_float(lambd), cpu::as_float(mu),
                           cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<3>(call, step, rows().asgd);
}

const char* asgd_ref(const Call& call) {
  const auto& [lambd, mu, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  return cpu::update_all<3>(call, [&]<class T, class C>(const std::array<T*, 3>& p, C lr) {
    const C w = *p[0], g = *p[2] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C next = w * (1 - static_cast<C>(lambd) * lr) - lr * g;
    *p[0] = static_cast<T>(next);
    *p[1] = static_cast<T>(*p[1] + static_cast<C>(mu) * (next - *p[1]));
  });
}

const char* ftrl_simd(const Call& call) {
  const auto& [l1, l2, lr_power, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  if (lr_power != -0.5) return "only the power -0.5 has vector code";
  const cpu::FtrlStep step{cpu::learning_rate(call), cpu::as_float(l1), cpu::as_float(l2),
                           cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<4>(call, step, rows().ftrl);
}

const char* ftrl_ref(const Call& call) {
  const auto& [l1, l2, lr_power, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], g = *p[3] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C power = static_cast<C>(-lr_power);
    const C accum = *p[1] + g * g, root = std::pow(accum, power);
    const C linear = *p[2] + g - (root - std::pow(static_cast<C>(*p[1]), power)) / lr * w;
    const C size = std::abs(linear) - static_cast<C>(l1);
    *p[1] = static_cast<T>(accum);
    *p[2] = static_cast<T>(linear);
    *p[0] =
        static_cast<T>(size > 0 ? std::copysign(size, -linear) / (root / lr + 2 * static_cast<C>(l2)) : C(0));
  });
}

const char* rprop_simd(const Call& call) {
  const auto& [minus, plus, smallest, largest, first, weight_decay, scale] =
      unpack<double, double, double, double, bool, double, double>(call.attrs);
  const cpu::RpropStep step{
      cpu::learning_rate(call), cpu::as_float(minus),        cpu::as_float(plus),  cpu::as_float(smallest),
      cpu::as_float(largest),   cpu::as_float(weight_decay), cpu::as_float(scale), first};
  return cpu::update_rows<4>(call, step, rows().rprop);
}

const char* rprop_ref(const Call& call) {
  const auto& [minus, plus, smallest, largest, first, weight_decay, scale] =
      unpack<double, double, double, double, bool, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], g = *p[3] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C product = g * *p[1], size = first ? lr : static_cast<C>(*p[2]);
    const C factor = static_cast<C>(product > 0 ? plus : product < 0 ? minus : 1);
    const C step = std::clamp(size * factor, static_cast<C>(smallest), static_cast<C>(largest));
    const C kept = product < 0 ? C(0) : g;
    *p[1] = static_cast<T>(kept);
    *p[2] = static_cast<T>(step);
    *p[0] = static_cast<T>(kept == 0 ? w : w - std::copysign(step, kept));
  });
}

constexpr Kernel kAdaMax[] = {{"simd", ada_max_simd}, {"ref", ada_max_ref}};
constexpr Kernel kAmsgrad[] = {{"simd", amsgrad_simd}, {"ref", amsgrad_ref}};
constexpr Kernel kAsgd[] = {{"simd", asgd_simd}, {"ref", asgd_ref}};
constexpr Kernel kFtrl[] = {{"simd", ftrl_simd}, {"ref", ftrl_ref}};
constexpr Kernel kRprop[] = {{"simd", rprop_simd}, {"ref", rprop_ref}};

}  // namespace

extern constinit const KernelList apply_ada_max_cpu{kAdaMax};
extern constinit const KernelList apply_amsgrad_cpu{kAmsgrad};
extern constinit const KernelList apply_asgd_cpu{kAsgd};
extern constinit const KernelList apply_ftrl_cpu{kFtrl};
extern constinit const KernelList apply_rprop_cpu{kRprop};

}  // namespace nucella
#endif  // HWY_ONCE
