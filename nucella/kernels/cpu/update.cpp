#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

const char* assign_ref(const Call& call) {
  cpu::convert_elements(call.in[0], call.in[1]);
  return nullptr;
}

// variable = F(variable, value), in the dtype of the variable.
template <class F>
const char* update_ref(const Call& call) {
  const Tensor& variable = call.in[0];
  const Tensor* value = &call.in[1];
  Tensor converted;
  if (value->dtype() != variable.dtype()) {
    converted = Tensor::empty(value->shape(), variable.dtype());
    cpu::convert_elements(converted, *value);
    value = &converted;
  }
  const auto row =
      dispatch(variable.dtype(), []<class T>() -> cpu::MapRows { return cpu::map_rows<F, T, T>; });
  cpu::for_rows<3>({&variable, &variable, value}, row);
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
