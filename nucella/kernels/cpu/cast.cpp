#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

const char* cast_ref(const Call& call) {
  dispatch(call.out[0].dtype(), [&]<class To>() {
    dispatch(call.in[0].dtype(), [&]<class From>() {
      cpu::map1<From, To>(call.out[0], call.in[0], [](From v) {
        return static_cast<To>(cpu::convert<cpu::compute_t<To>>(static_cast<cpu::compute_t<From>>(v)));
      });
    });
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", cast_ref}};
}  // namespace

extern constinit const KernelList cast_cpu{kKernels};

}  // namespace nucella
