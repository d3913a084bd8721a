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

// A shift by all bits or more, or by fewer than none, leaves nothing but the sign.
struct ShiftLeft {
  template <class T>
  T operator()(T a, T b) const {
    if (b < T{0} || b >= static_cast<T>(8 * sizeof(T))) return 0;
    return static_cast<T>(static_cast<uint64_t>(a) << static_cast<int>(b));
  }
};
struct ShiftRight {
  template <class T>
  T operator()(T a, T b) const {
    if (b < T{0} || b >= static_cast<T>(8 * sizeof(T))) return a < T{0} ? static_cast<T>(-1) : T{0};
    return static_cast<T>(a >> static_cast<int>(b));
  }
};

constexpr Kernel kAnd[] = {{"ref", bitwise_ref<std::bit_and<>>}};
constexpr Kernel kOr[] = {{"ref", bitwise_ref<std::bit_or<>>}};
constexpr Kernel kXor[] = {{"ref", bitwise_ref<std::bit_xor<>>}};
constexpr Kernel kLeftShift[] = {{"ref", bitwise_ref<ShiftLeft>}};
constexpr Kernel kRightShift[] = {{"ref", bitwise_ref<ShiftRight>}};

}  // namespace

extern constinit const KernelList bitwise_and_cpu{kAnd};
extern constinit const KernelList bitwise_left_shift_cpu{kLeftShift};
extern constinit const KernelList bitwise_or_cpu{kOr};
extern constinit const KernelList bitwise_right_shift_cpu{kRightShift};
extern constinit const KernelList bitwise_xor_cpu{kXor};

}  // namespace nucella
