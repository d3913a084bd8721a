#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

const char* mul_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = cpu::compute_t<T>;
    cpu::map2<T, T, T>(call.out[0], call.in[0], call.in[1],
                       [](T a, T b) { return static_cast<T>(static_cast<C>(a) * static_cast<C>(b)); });
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", mul_ref}};
}  // namespace

extern constinit const KernelList mul_cpu{kKernels};

}  // namespace nucella
