#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

const char* assign_ref(const Call& call) {
  const Tensor &variable = call.in[0], &value = call.in[1];
  if (variable.dtype() == value.dtype()) {
    strided_copy(variable, value);
    return nullptr;
  }
  dispatch(variable.dtype(), [&]<class To>() {
    dispatch(value.dtype(), [&]<class From>() {
      cpu::map1<From, To>(variable, value, [](From v) { return static_cast<To>(v); });
    });
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", assign_ref}};
}  // namespace

extern constinit const KernelList assign_cpu{kKernels};

}  // namespace nucella
