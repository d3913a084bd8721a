#include "nucella/kernels/cpu/optimizer_update.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/optimizer.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/optimizer_rows-inl.h"

#ifndef NUCELLA_KERNELS_CPU_OPTIMIZER_STEPS_
#define NUCELLA_KERNELS_CPU_OPTIMIZER_STEPS_
namespace nucella::cpu {

/// The constants of a step and its row functions: parameters, states and gradients side by side.
struct MomentumStep {
  float lr, momentum, decay, scale;
  bool nesterov;
};
struct SgdStep {
  float lr, momentum, fresh, decay, scale;  // fresh: 1 - dampening
  bool nesterov;
};
struct AdamStep {
  float lr, beta1, rest1, rest2, epsilon, decay, scale;  // rest: 1 - beta
  bool nesterov;
};
struct AdamWStep {
  float lr, rest1, rest2, epsilon, decay, inverse1, inverse2, scale;  // inverse: 1 / correction
};
struct OptimizerRows {
  void (*momentum)(const MomentumStep& step, const std::array<float*, 3>& p, int64_t n);
  void (*sgd)(const SgdStep& step, const std::array<float*, 4>& p, int64_t n);
  void (*adam)(const AdamStep& step, const std::array<float*, 4>& p, int64_t n);
  void (*adamw)(const AdamWStep& step, const std::array<float*, 4>& p, int64_t n);
};

}  // namespace nucella::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

void momentum_row(const MomentumStep& s, const std::array<float*, 3>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), mu = hn::Set(d, s.momentum);
  for_vectors<2>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[2], v[0]);
    v[1] = hn::MulAdd(v[1], mu, g);
    v[0] = hn::NegMulAdd(lr, s.nesterov ? hn::MulAdd(mu, v[1], g) : v[1], v[0]);
  });
}

void sgd_row(const SgdStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), mu = hn::Set(d, s.momentum), fresh = hn::Set(d, s.fresh), zero = hn::Zero(d);
  if (s.momentum == 0) {
    for_vectors<1>(std::array<float*, 2>{p[0], p[3]}, n,
                   [&](V* v) HWY_ATTR { v[0] = hn::NegMulAdd(lr, gradient(s, v[1], v[0]), v[0]); });
    return;
  }
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    const auto first = hn::Gt(v[2], zero);
    v[1] = hn::IfThenElse(first, g, hn::MulAdd(v[1], mu, hn::Mul(fresh, g)));
    v[2] = hn::IfThenElse(first, zero, v[2]);
    v[0] = hn::NegMulAdd(lr, s.nesterov ? hn::MulAdd(mu, v[1], g) : v[1], v[0]);
  });
}

void adam_row(const AdamStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest1 = hn::Set(d, s.rest1), rest2 = hn::Set(d, s.rest2);
  const V beta1 = hn::Set(d, s.beta1), epsilon = hn::Set(d, s.epsilon);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    v[1] = hn::MulAdd(rest1, hn::Sub(g, v[1]), v[1]);
    v[2] = hn::MulAdd(rest2, hn::Sub(hn::Mul(g, g), v[2]), v[2]);
    const V direction = s.nesterov ? hn::MulAdd(v[1], beta1, hn::Mul(rest1, g)) : v[1];
    v[0] = hn::Sub(v[0], hn::Div(hn::Mul(lr, direction), hn::Add(hn::Sqrt(v[2]), epsilon)));
  });
}

void adamw_row(const AdamWStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest1 = hn::Set(d, s.rest1), rest2 = hn::Set(d, s.rest2);
  const V inverse1 = hn::Set(d, s.inverse1), inverse2 = hn::Set(d, s.inverse2);
  const V epsilon = hn::Set(d, s.epsilon), decay = hn::Set(d, s.decay), scale = hn::Set(d, s.scale);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = hn::Mul(v[3], scale);
    v[1] = hn::MulAdd(rest1, hn::Sub(g, v[1]), v[1]);
    v[2] = hn::MulAdd(rest2, hn::Sub(hn::Mul(g, g), v[2]), v[2]);
    const V root = hn::Add(hn::Sqrt(hn::Mul(v[2], inverse2)), epsilon);
    const V direction = hn::MulAdd(decay, v[0], hn::Div(hn::Mul(v[1], inverse1), root));
    v[0] = hn::NegMulAdd(lr, direction, v[0]);
  });
}

constexpr OptimizerRows kRows{momentum_row, sgd_row, adam_row, adamw_row};

}  // namespace

const OptimizerRows* optimizer_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(optimizer_rows);
}
namespace {

const cpu::OptimizerRows& rows() {
  using namespace cpu;
  static const OptimizerRows* rows = HWY_DYNAMIC_DISPATCH(optimizer_rows)();
  return *rows;
}

const char* momentum_simd(const Call& call) {
  const auto& [momentum, decay, nesterov, scale] = unpack<double, double, bool, double>(call.attrs);
  const cpu::MomentumStep step{cpu::learning_rate(call), cpu::as_float(momentum), cpu::as_float(decay),
                               cpu::as_float(scale), nesterov};
  return cpu::update_rows<3>(call, step, rows().momentum);
}

const char* sgd_simd(const Call& call) {
  const auto& [momentum, dampening, decay, nesterov, scale] =
      unpack<double, double, double, bool, double>(call.attrs);
  const cpu::SgdStep step{cpu::learning_rate(call), cpu::as_float(momentum), cpu::as_float(1 - dampening),
                          cpu::as_float(decay),     cpu::as_float(scale),    nesterov};
  return cpu::update_rows<4>(call, step, rows().sgd);
}

const char* adam_simd(const Call& call) {
  const auto& [beta1, beta2, epsilon, decay, nesterov, scale] =
      unpack<double, double, double, double, bool, double>(call.attrs);
  const cpu::AdamStep step{
      cpu::learning_rate(call), cpu::as_float(beta1), cpu::as_float(1 - beta1), cpu::as_float(1 - beta2),
      cpu::as_float(epsilon),   cpu::as_float(decay), cpu::as_float(scale),     nesterov};
  return cpu::update_rows<4>(call, step, rows().adam);
}

const char* adamw_simd(const Call& call) {
  const auto& [beta1, beta2, epsilon, decay, correction1, correction2, scale] =
      unpack<double, double, double, double, double, double, double>(call.attrs);
  const cpu::AdamWStep step{cpu::learning_rate(call),       cpu::as_float(1 - beta1),
                            cpu::as_float(1 - beta2),       cpu::as_float(epsilon),
                            cpu::as_float(decay),           cpu::as_float(1 / correction1),
                            cpu::as_float(1 / correction2), cpu::as_float(scale)};
  return cpu::update_rows<4>(call, step, rows().adamw);
}

const char* momentum_ref(const Call& call) {
  const auto& [momentum, decay, nesterov, scale] = unpack<double, double, bool, double>(call.attrs);
  return cpu::update_all<3>(call, [&]<class T, class C>(const std::array<T*, 3>& p, C lr) {
    const C w = *p[0], mu = static_cast<C>(momentum);
    const C g = *p[2] * static_cast<C>(scale) + static_cast<C>(decay) * w;
    const C accum = *p[1] * mu + g;
    *p[1] = static_cast<T>(accum);
    *p[0] = static_cast<T>(w - lr * (nesterov ? g + mu * accum : accum));
  });
}

const char* sgd_ref(const Call& call) {
  const auto& [momentum, dampening, decay, nesterov, scale] =
      unpack<double, double, double, bool, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], mu = static_cast<C>(momentum);
    C g = *p[3] * static_cast<C>(scale) + static_cast<C>(decay) * w;
    if (mu > 0) {
      const bool first = *p[2] > 0;
      const C accum = first ? g : *p[1] * mu + static_cast<C>(1 - dampening) * g;
      if (first) *p[2] = static_cast<T>(0);
      *p[1] = static_cast<T>(accum);
      g = nesterov ? g + mu * accum : accum;
    }
    *p[0] = static_cast<T>(w - lr * g);
  });
}

const char* adam_ref(const Call& call) {
  const auto& [beta1, beta2, epsilon, decay, nesterov, scale] =
      unpack<double, double, double, double, bool, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], rest1 = static_cast<C>(1 - beta1), rest2 = static_cast<C>(1 - beta2);
    const C g = *p[3] * static_cast<C>(scale) + static_cast<C>(decay) * w;
    const C m = *p[1] + rest1 * (g - *p[1]), v = *p[2] + rest2 * (g * g - *p[2]);
    *p[1] = static_cast<T>(m);
    *p[2] = static_cast<T>(v);
    const C direction = nesterov ? m * static_cast<C>(beta1) + rest1 * g : m;
    *p[0] = static_cast<T>(w - lr * direction / (std::sqrt(v) + static_cast<C>(epsilon)));
  });
}

const char* adamw_ref(const Call& call) {
  const auto& [beta1, beta2, epsilon, decay, correction1, correction2, scale] =
      unpack<double, double, double, double, double, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], rest1 = static_cast<C>(1 - beta1), rest2 = static_cast<C>(1 - beta2);
    const C g = *p[3] * static_cast<C>(scale);
    const C m = *p[1] + rest1 * (g - *p[1]), v = *p[2] + rest2 * (g * g - *p[2]);
    *p[1] = static_cast<T>(m);
    *p[2] = static_cast<T>(v);
    const C root = std::sqrt(v / static_cast<C>(correction2)) + static_cast<C>(epsilon);
    *p[0] = static_cast<T>(w - lr * (m / static_cast<C>(correction1) / root + static_cast<C>(decay) * w));
  });
}

constexpr Kernel kMomentum[] = {{"simd", momentum_simd}, {"ref", momentum_ref}};
constexpr Kernel kSgd[] = {{"simd", sgd_simd}, {"ref", sgd_ref}};
constexpr Kernel kAdam[] = {{"simd", adam_simd}, {"ref", adam_ref}};
constexpr Kernel kAdamW[] = {{"simd", adamw_simd}, {"ref", adamw_ref}};

}  // namespace

extern constinit const KernelList apply_momentum_cpu{kMomentum};
extern constinit const KernelList apply_sgd_cpu{kSgd};
extern constinit const KernelList apply_adam_cpu{kAdam};
extern constinit const KernelList apply_adamw_cpu{kAdamW};

}  // namespace nucella
#endif  // HWY_ONCE
