#include <functional>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

// Both sides are looked at, so that vectors can be made of the loop.
struct And {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T{0}) & (b != T{0});
  }
};
struct Or {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T{0}) | (b != T{0});
  }
};
struct Xor {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T{0}) != (b != T{0});
  }
};
struct Not {
  template <class T>
  bool operator()(T a) const {
    return a == T{0};
  }
};
struct IsFinite {
  template <class T>
  bool operator()(T a) const {
    return std::isfinite(static_cast<double>(a));
  }
};

struct IsNan {
  template <class T>
  bool operator()(T a) const {
    return a != a;
  }
};
struct IsInf {
  template <class T>
  bool operator()(T a) const {
    return std::isinf(static_cast<double>(a));
  }
};

template <auto kRef>
constexpr Kernel kKernels[] = {{"ref", kRef}};

}  // namespace

extern constinit const KernelList equal_cpu{kKernels<cpu::compare_ref<std::equal_to<>>>};
extern constinit const KernelList not_equal_cpu{kKernels<cpu::compare_ref<std::not_equal_to<>>>};
extern constinit const KernelList less_cpu{kKernels<cpu::compare_ref<std::less<>>>};
extern constinit const KernelList less_equal_cpu{kKernels<cpu::compare_ref<std::less_equal<>>>};
extern constinit const KernelList greater_cpu{kKernels<cpu::compare_ref<std::greater<>>>};
extern constinit const KernelList greater_equal_cpu{kKernels<cpu::compare_ref<std::greater_equal<>>>};
extern constinit const KernelList logical_and_cpu{kKernels<cpu::compare_ref<And>>};
extern constinit const KernelList logical_or_cpu{kKernels<cpu::compare_ref<Or>>};
extern constinit const KernelList logical_xor_cpu{kKernels<cpu::compare_ref<Xor>>};
extern constinit const KernelList logical_not_cpu{kKernels<cpu::predicate_ref<Not>>};
extern constinit const KernelList isfinite_cpu{kKernels<cpu::predicate_ref<IsFinite>>};
extern constinit const KernelList isnan_cpu{kKernels<cpu::predicate_ref<IsNan>>};
extern constinit const KernelList isinf_cpu{kKernels<cpu::predicate_ref<IsInf>>};

}  // namespace nucella
