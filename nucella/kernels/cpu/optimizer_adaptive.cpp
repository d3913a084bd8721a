#include "nucella/kernels/cpu/optimizer_update.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/optimizer_adaptive.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/optimizer_rows-inl.h"

#ifndef NUCELLA_KERNELS_CPU_OPTIMIZER_ADAPTIVE_STEPS_
#define NUCELLA_KERNELS_CPU_OPTIMIZER_ADAPTIVE_STEPS_
namespace nucella::cpu {

/// The constants of a step and its row functions: parameters, states and gradients side by side.
struct AdadeltaStep {
  float lr, rho, rest, epsilon, decay, scale;
};
struct AdagradStep {
  float lr, decay, scale;
  bool update_slots;
};
struct CenteredRmsPropStep {
  float lr, rest, momentum, epsilon, decay, scale;
};
struct ProximalAdagradStep {
  float lr, l1, l2, decay, scale;
};
struct RmsPropStep {
  float lr, rest, momentum, epsilon, decay, scale;
};
struct AdaptiveRows {
  void (*adadelta)(const AdadeltaStep& step, const std::array<float*, 4>& p, int64_t n);
  void (*adagrad)(const AdagradStep& step, const std::array<float*, 3>& p, int64_t n);
  void (*centered_rms_prop)(const CenteredRmsPropStep& step, const std::array<float*, 5>& p, int64_t n);
  void (*proximal_adagrad)(const ProximalAdagradStep& step, const std::array<float*, 3>& p, int64_t n);
  void (*rms_prop)(const RmsPropStep& step, const std::array<float*, 4>& p, int64_t n);
};

}  // namespace nucella::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

void adadelta_row(const AdadeltaStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rho = hn::Set(d, s.rho), rest = hn::Set(d, s.rest);
  const V epsilon = hn::Set(d, s.epsilon);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    v[1] = hn::MulAdd(rest, hn::Mul(g, g), hn::Mul(rho, v[1]));
    const V size = hn::Sqrt(hn::Div(hn::Add(v[2], epsilon), hn::Add(v[1], epsilon)));
    const V update = hn::Mul(size, g);
    v[2] = hn::MulAdd(rest, hn::Mul(update, update), hn::Mul(rho, v[2]));
    v[0] = hn::NegMulAdd(lr, update, v[0]);
  });
}

void adagrad_row(const AdagradStep& s, const std::array<float*, 3>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr);
  for_vectors<2>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[2], v[0]);
    if (s.update_slots) v[1] = hn::MulAdd(g, g, v[1]);
    v[0] = hn::Sub(v[0], hn::Div(hn::Mul(lr, g), hn::Sqrt(v[1])));
  });
}

void centered_rms_prop_row(const CenteredRmsPropStep& s, const std::array<float*, 5>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest = hn::Set(d, s.rest), momentum = hn::Set(d, s.momentum);
  const V epsilon = hn::Set(d, s.epsilon);
  for_vectors<4>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[4], v[0]);
    v[1] = hn::MulAdd(rest, hn::Sub(g, v[1]), v[1]);
    v[2] = hn::MulAdd(rest, hn::Sub(hn::Mul(g, g), v[2]), v[2]);
    const V variance = hn::Add(hn::NegMulAdd(v[1], v[1], v[2]), epsilon);
    v[3] = hn::MulAdd(momentum, v[3], hn::Div(hn::Mul(lr, g), hn::Sqrt(variance)));
    v[0] = hn::Sub(v[0], v[3]);
  });
}

void proximal_adagrad_row(const ProximalAdagradStep& s, const std::array<float*, 3>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), l1 = hn::Set(d, s.l1), l2 = hn::Set(d, s.l2), one = hn::Set(d, 1.0F);
  for_vectors<2>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[2], v[0]);
    v[1] = hn::MulAdd(g, g, v[1]);
    const V eta = hn::Div(lr, hn::Sqrt(v[1]));
    const V near = hn::NegMulAdd(eta, g, v[0]);
    const V size = hn::Max(hn::NegMulAdd(eta, l1, hn::Abs(near)), hn::Zero(d));
    v[0] = hn::Div(hn::CopySign(size, near), hn::MulAdd(eta, l2, one));
  });
}

void rms_prop_row(const RmsPropStep& s, const std::array<float*, 4>& p, int64_t n) {
  const V lr = hn::Set(d, s.lr), rest = hn::Set(d, s.rest), momentum = hn::Set(d, s.momentum);
  const V epsilon = hn::Set(d, s.epsilon);
  for_vectors<3>(p, n, [&](V* v) HWY_ATTR {
    const V g = gradient(s, v[3], v[0]);
    v[1] = hn::MulAdd(rest, hn::Sub(hn::Mul(g, g), v[1]), v[1]);
    v[2] = hn::MulAdd(momentum, v[2], hn::Div(hn::Mul(lr, g), hn::Sqrt(hn::Add(v[1], epsilon))));
    v[0] = hn::Sub(v[0], v[2]);
  });
}

constexpr AdaptiveRows kRows{adadelta_row, adagrad_row, centered_rms_prop_row, proximal_adagrad_row,
                             rms_prop_row};

}  // namespace

const AdaptiveRows* adaptive_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(adaptive_rows);
}
namespace {

const cpu::AdaptiveRows& rows() {
  using namespace cpu;
  static const AdaptiveRows* rows = HWY_DYNAMIC_DISPATCH(adaptive_rows)();
  return *rows;
}

const char* adadelta_simd(const Call& call) {
  const auto& [rho, epsilon, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  const cpu::AdadeltaStep step{cpu::learning_rate(call), cpu::as_float(rho),          cpu::as_float(1 - rho),
                               cpu::as_float(epsilon),   cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<4>(call, step, rows().adadelta);
}

const char* adadelta_ref(const Call& call) {
  const auto& [rho, epsilon, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], g = *p[3] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C keep = static_cast<C>(rho), rest = static_cast<C>(1 - rho), eps = static_cast<C>(epsilon);
    const C accum = keep * *p[1] + rest * g * g;
    const C update = std::sqrt(*p[2] + eps) / std::sqrt(accum + eps) * g;
    *p[1] = static_cast<T>(accum);
    *p[2] = static_cast<T>(keep * *p[2] + rest * update * update);
    *p[0] = static_cast<T>(w - lr * update);
  });
}

const char* adagrad_simd(const Call& call) {
  const auto& [update_slots, weight_decay, scale] = unpack<bool, double, double>(call.attrs);
  const cpu::AdagradStep step{cpu::learning_rate(call), cpu::as_float(weight_decay), cpu::as_float(scale),
                              update_slots};
  return cpu::update_rows<3>(call, step, rows().adagrad);
}

const char* adagrad_ref(const Call& call) {
  const auto& [update_slots, weight_decay, scale] = unpack<bool, double, double>(call.attrs);
  return cpu::update_all<3>(call, [&]<class T, class C>(const std::array<T*, 3>& p, C lr) {
    const C w = *p[0], g = *p[2] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C accum = update_slots ? *p[1] + g * g : static_cast<C>(*p[1]);
    *p[1] = static_cast<T>(accum);
    *p[0] = static_cast<T>(w - lr * g / std::sqrt(accum));
  });
}

const char* centered_rms_prop_simd(const Call& call) {
  const auto& [decay, momentum, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  const cpu::CenteredRmsPropStep step{cpu::learning_rate(call),    cpu::as_float(1 - decay),
                                      cpu::as_float(momentum),     cpu::as_float(epsilon),
                                      cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<5>(call, step, rows().centered_rms_prop);
}

const char* centered_rms_prop_ref(const Call& call) {
  const auto& [decay, momentum, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  return cpu::update_all<5>(call, [&]<class T, class C>(const std::array<T*, 5>& p, C lr) {
    const C w = *p[0], g = *p[4] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C rest = static_cast<C>(1 - decay);
    const C mean = *p[1] + rest * (g - *p[1]), square = *p[2] + rest * (g * g - *p[2]);
    const C moment =
        static_cast<C>(momentum) * *p[3] + lr * g / std::sqrt(square - mean * mean + static_cast<C>(epsilon));
    *p[1] = static_cast<T>(mean);
    *p[2] = static_cast<T>(square);
    *p[3] = static_cast<T>(moment);
    *p[0] = static_cast<T>(w - moment);
  });
}

const char* proximal_adagrad_simd(const Call& call) {
  const auto& [l1, l2, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  const cpu::ProximalAdagradStep step{cpu::learning_rate(call), cpu::as_float(l1), cpu::as_float(l2),
                                      cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<3>(call, step, rows().proximal_adagrad);
}

const char* proximal_adagrad_ref(const Call& call) {
  const auto& [l1, l2, weight_decay, scale] = unpack<double, double, double, double>(call.attrs);
  return cpu::update_all<3>(call, [&]<class T, class C>(const std::array<T*, 3>& p, C lr) {
    const C w = *p[0], g = *p[2] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C accum = *p[1] + g * g, eta = lr / std::sqrt(accum), near = w - eta * g;
    const C size = std::max(std::abs(near) - eta * static_cast<C>(l1), C(0));
    *p[1] = static_cast<T>(accum);
    *p[0] = static_cast<T>(std::copysign(size, near) / (1 + eta * static_cast<C>(l2)));
  });
}

const char* rms_prop_simd(const Call& call) {
  const auto& [decay, momentum, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  const cpu::RmsPropStep step{cpu::learning_rate(call), cpu::as_float(1 - decay),    cpu::as_float(momentum),
                              cpu::as_float(epsilon),   cpu::as_float(weight_decay), cpu::as_float(scale)};
  return cpu::update_rows<4>(call, step, rows().rms_prop);
}

const char* rms_prop_ref(const Call& call) {
  const auto& [decay, momentum, epsilon, weight_decay, scale] =
      unpack<double, double, double, double, double>(call.attrs);
  return cpu::update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], g = *p[3] * static_cast<C>(scale) + static_cast<C>(weight_decay) * w;
    const C square = *p[1] + static_cast<C>(1 - decay) * (g * g - *p[1]);
    const C moment = static_cast<C>(momentum) * *p[2] + lr * g / std::sqrt(square + static_cast<C>(epsilon));
    *p[1] = static_cast<T>(square);
    *p[2] = static_cast<T>(moment);
    *p[0] = static_cast<T>(w - moment);
  });
}

constexpr Kernel kAdadelta[] = {{"simd", adadelta_simd}, {"ref", adadelta_ref}};
constexpr Kernel kAdagrad[] = {{"simd", adagrad_simd}, {"ref", adagrad_ref}};
constexpr Kernel kCenteredRmsProp[] = {{"simd", centered_rms_prop_simd}, {"ref", centered_rms_prop_ref}};
constexpr Kernel kProximalAdagrad[] = {{"simd", proximal_adagrad_simd}, {"ref", proximal_adagrad_ref}};
constexpr Kernel kRmsProp[] = {{"simd", rms_prop_simd}, {"ref", rms_prop_ref}};

}  // namespace

extern constinit const KernelList apply_adadelta_cpu{kAdadelta};
extern constinit const KernelList apply_adagrad_cpu{kAdagrad};
extern constinit const KernelList apply_centered_rms_prop_cpu{kCenteredRmsProp};
extern constinit const KernelList apply_proximal_adagrad_cpu{kProximalAdagrad};
extern constinit const KernelList apply_rms_prop_cpu{kRmsProp};

}  // namespace nucella
#endif  // HWY_ONCE
