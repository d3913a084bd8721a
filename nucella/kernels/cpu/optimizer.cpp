#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

// Calls `step(values)` for every element of every parameter; values point to the element in each of the N
// lists.
template <int N, class T, class F>
void for_elements(const Call& call, size_t i, F step) {
  const size_t n = call.in.size() / N;
  std::array<Shape, N> strides;
  std::array<T*, N> data;
  for (size_t k = 0; k < N; ++k) {
    strides[k] = call.in[k * n + i].strides();
    data[k] = reinterpret_cast<T*>(call.in[k * n + i].raw_data_unchecked());
  }
  if (call.in[i].size() == 0) return;
  const auto loop = plan_loop<N>(call.in[i].shape(), strides);
  const int axis = loop.shape.ndim() - 1;
  cpu::detail::for_rows<N>(loop, [&](const std::array<int64_t, N>& at) {
    for (int64_t j = 0; j < loop.shape[axis]; ++j) {
      std::array<T*, N> p;
      for (size_t k = 0; k < N; ++k) p[k] = data[k] + at[k] + j * loop.strides[k][axis];
      step(p);
    }
  });
}

template <int N, class F>
const char* update_all(const Call& call, F step) {
  const double lr = call.in[call.in.size() - 1].item<float>();
  for (size_t i = 0; i < call.in.size() / N; ++i)
    dispatch_floating(call.in[i].dtype(), entry_of(call.op).name, [&]<class T>() {
      using C = cpu::compute_t<T>;
      for_elements<N, T>(call, i, [&](const std::array<T*, N>& p) {
        step.template operator()<T, C>(p, static_cast<C>(lr));
      });
    });
  return nullptr;
}

const char* momentum_ref(const Call& call) {
  const auto& [momentum, decay, nesterov, scale] = unpack<double, double, bool, double>(call.attrs);
  return update_all<3>(call, [&]<class T, class C>(const std::array<T*, 3>& p, C lr) {
    const C w = *p[0], mu = static_cast<C>(momentum);
    const C g = (*p[2] + static_cast<C>(decay) * w) * static_cast<C>(scale);
    const C accum = *p[1] * mu + g;
    *p[1] = static_cast<T>(accum);
    *p[0] = static_cast<T>(w - lr * (nesterov ? g + mu * accum : accum));
  });
}

const char* sgd_ref(const Call& call) {
  const auto& [momentum, dampening, decay, nesterov, scale] =
      unpack<double, double, double, bool, double>(call.attrs);
  return update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], mu = static_cast<C>(momentum);
    C g = (*p[3] + static_cast<C>(decay) * w) * static_cast<C>(scale);
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
  return update_all<4>(call, [&]<class T, class C>(const std::array<T*, 4>& p, C lr) {
    const C w = *p[0], rest1 = static_cast<C>(1 - beta1), rest2 = static_cast<C>(1 - beta2);
    const C g = (*p[3] + static_cast<C>(decay) * w) * static_cast<C>(scale);
    const C m = *p[1] + rest1 * (g - *p[1]), v = *p[2] + rest2 * (g * g - *p[2]);
    *p[1] = static_cast<T>(m);
    *p[2] = static_cast<T>(v);
    const C direction = nesterov ? m * static_cast<C>(beta1) + rest1 * g : m;
    *p[0] = static_cast<T>(w - lr * direction / (std::sqrt(v) + static_cast<C>(epsilon)));
  });
}

constexpr Kernel kMomentum[] = {{"ref", momentum_ref}};
constexpr Kernel kSgd[] = {{"ref", sgd_ref}};
constexpr Kernel kAdam[] = {{"ref", adam_ref}};

}  // namespace

extern constinit const KernelList apply_momentum_cpu{kMomentum};
extern constinit const KernelList apply_sgd_cpu{kSgd};
extern constinit const KernelList apply_adam_cpu{kAdam};

}  // namespace nucella
