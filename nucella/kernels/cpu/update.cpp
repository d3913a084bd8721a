#include "nucella/kernels/cpu/pointwise.h"

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

// variable = F(variable, value), in the dtype of the variable.
template <class F>
const char* update_ref(const Call& call) {
  const Tensor &variable = call.in[0], &value = call.in[1];
  dispatch(variable.dtype(), [&]<class T>() {
    using C = cpu::compute_t<T>;
    dispatch(value.dtype(), [&]<class V>() {
      cpu::map2<T, V, T>(variable, variable, value, [](T a, V b) {
        return static_cast<T>(F{}(static_cast<C>(a), static_cast<C>(static_cast<T>(b))));
      });
    });
  });
  return nullptr;
}

constexpr Kernel kAssign[] = {{"ref", assign_ref}};
constexpr Kernel kAssignAdd[] = {{"ref", update_ref<cpu::Add>}};
constexpr Kernel kAssignSub[] = {{"ref", update_ref<cpu::Sub>}};

}  // namespace

extern constinit const KernelList assign_cpu{kAssign};
extern constinit const KernelList assign_add_cpu{kAssignAdd};
extern constinit const KernelList assign_sub_cpu{kAssignSub};

}  // namespace nucella
