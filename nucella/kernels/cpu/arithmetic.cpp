#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

// Integers are divided as float32, the dtype of the output.
const char* div_ref(const Call& call) {
  if (is_floating(call.in[0].dtype())) return cpu::binary_ref<cpu::Div>(call);
  dispatch(call.in[0].dtype(), [&]<class T>() {
    cpu::map2<T, T, float>(call.out[0], call.in[0], call.in[1],
                           [](T a, T b) { return static_cast<float>(a) / static_cast<float>(b); });
  });
  return nullptr;
}

constexpr Kernel kAdd[] = {{"ref", cpu::binary_ref<cpu::Add>}};
constexpr Kernel kSub[] = {{"ref", cpu::binary_ref<cpu::Sub>}};
constexpr Kernel kMul[] = {{"ref", cpu::binary_ref<cpu::Mul>}};
constexpr Kernel kDiv[] = {{"ref", div_ref}};
constexpr Kernel kRealDiv[] = {{"ref", cpu::binary_ref<cpu::Div>}};
constexpr Kernel kFloorDiv[] = {{"ref", cpu::binary_ref<cpu::FloorDiv>}};
constexpr Kernel kMod[] = {{"ref", cpu::binary_ref<cpu::Mod>}};
constexpr Kernel kPow[] = {{"ref", cpu::binary_ref<cpu::Pow>}};
constexpr Kernel kMaximum[] = {{"ref", cpu::binary_ref<cpu::Maximum>}};
constexpr Kernel kMinimum[] = {{"ref", cpu::binary_ref<cpu::Minimum>}};
constexpr Kernel kReluGrad[] = {{"ref", cpu::binary_ref<cpu::ReluGrad>}};

}  // namespace

extern constinit const KernelList add_cpu{kAdd};
extern constinit const KernelList sub_cpu{kSub};
extern constinit const KernelList mul_cpu{kMul};
extern constinit const KernelList div_cpu{kDiv};
extern constinit const KernelList real_div_cpu{kRealDiv};
extern constinit const KernelList floor_div_cpu{kFloorDiv};
extern constinit const KernelList mod_cpu{kMod};
extern constinit const KernelList pow_cpu{kPow};
extern constinit const KernelList maximum_cpu{kMaximum};
extern constinit const KernelList minimum_cpu{kMinimum};
extern constinit const KernelList relu_grad_cpu{kReluGrad};

}  // namespace nucella
