#include <functional>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

template <class F>
const char* bitwise_ref(const Call& call) {
  cpu::MapRows row = nullptr;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    if constexpr (std::is_integral_v<T>) row = cpu::map_rows<F, T, T, T>;
  });
  return cpu::run_rows(call, row);
}

constexpr Kernel kAnd[] = {{"ref", bitwise_ref<std::bit_and<>>}};
constexpr Kernel kOr[] = {{"ref", bitwise_ref<std::bit_or<>>}};
constexpr Kernel kXor[] = {{"ref", bitwise_ref<std::bit_xor<>>}};

}  // namespace

extern constinit const KernelList bitwise_and_cpu{kAnd};
extern constinit const KernelList bitwise_or_cpu{kOr};
extern constinit const KernelList bitwise_xor_cpu{kXor};

}  // namespace nucella
