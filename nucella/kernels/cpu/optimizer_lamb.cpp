#include "nucella/kernels/cpu/optimizer_update.h"

namespace nucella {
namespace {

template <class T>
void update_one(const Call& call, size_t i, double lr) {
  const auto& [beta1, beta2, epsilon, correction1, correction2, weight_decay, scale] =
      unpack<double, double, double, double, double, double, double>(call.attrs);
  using C = cpu::compute_t<T>;
  const C rest1 = static_cast<C>(1 - beta1), rest2 = static_cast<C>(1 - beta2);
  const auto part1 = static_cast<C>(correction1), part2 = static_cast<C>(correction2);
  const auto eps = static_cast<C>(epsilon), decay = static_cast<C>(weight_decay);
  const auto update_of = [&](const std::array<T*, 4>& p) {
    return *p[1] / part1 / (std::sqrt(*p[2] / part2) + eps) + decay * *p[0];
  };
  double weights = 0, updates = 0;
  cpu::for_elements<4, T>(call, i, [&](const std::array<T*, 4>& p) {
    const C g = *p[3] * static_cast<C>(scale);
    *p[1] = static_cast<T>(*p[1] + rest1 * (g - *p[1]));
    *p[2] = static_cast<T>(*p[2] + rest2 * (g * g - *p[2]));
    const auto w = static_cast<double>(*p[0]), update = static_cast<double>(update_of(p));
    weights += w * w;
    updates += update * update;
  });
  const double trust = weights > 0 && updates > 0 ? std::sqrt(weights / updates) : 1;
  cpu::for_elements<4, T>(call, i, [&](const std::array<T*, 4>& p) {
    *p[0] = static_cast<T>(*p[0] - static_cast<C>(lr * trust) * update_of(p));
  });
}

// The norms of a parameter are summed in one order, so that the result does not depend on the threads.
const char* lamb_ref(const Call& call) {
  const double lr = cpu::learning_rate(call);
  parallel_for(0, static_cast<int64_t>(call.in.size() / 4), 1, [&](int64_t begin, int64_t end) {
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i)
      dispatch_floating(call.in[i].dtype(), "apply_lamb", [&]<class T>() { update_one<T>(call, i, lr); });
  });
  return nullptr;
}

constexpr Kernel kLamb[] = {{"ref", lamb_ref}};

}  // namespace

extern constinit const KernelList apply_lamb_cpu{kLamb};

}  // namespace nucella
