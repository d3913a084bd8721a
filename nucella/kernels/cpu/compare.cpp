#include <functional>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

template <class F>
const char* predicate_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = cpu::compute_t<T>;
    cpu::map1<T, bool>(call.out[0], call.in[0], [](T a) { return F{}(static_cast<C>(a)); });
  });
  return nullptr;
}

struct And {
  template <class T>
  bool operator()(T a, T b) const {
    return a != T{0} && b != T{0};
  }
};
struct Or {
  template <class T>
  bool operator()(T a, T b) const {
    return a != T{0} || b != T{0};
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

constexpr Kernel kEqual[] = {{"ref", cpu::compare_ref<std::equal_to<>>}};
constexpr Kernel kNotEqual[] = {{"ref", cpu::compare_ref<std::not_equal_to<>>}};
constexpr Kernel kLess[] = {{"ref", cpu::compare_ref<std::less<>>}};
constexpr Kernel kLessEqual[] = {{"ref", cpu::compare_ref<std::less_equal<>>}};
constexpr Kernel kGreater[] = {{"ref", cpu::compare_ref<std::greater<>>}};
constexpr Kernel kGreaterEqual[] = {{"ref", cpu::compare_ref<std::greater_equal<>>}};
constexpr Kernel kAnd[] = {{"ref", cpu::compare_ref<And>}};
constexpr Kernel kOr[] = {{"ref", cpu::compare_ref<Or>}};
constexpr Kernel kNot[] = {{"ref", predicate_ref<Not>}};
constexpr Kernel kIsFinite[] = {{"ref", predicate_ref<IsFinite>}};

}  // namespace

extern constinit const KernelList equal_cpu{kEqual};
extern constinit const KernelList not_equal_cpu{kNotEqual};
extern constinit const KernelList less_cpu{kLess};
extern constinit const KernelList less_equal_cpu{kLessEqual};
extern constinit const KernelList greater_cpu{kGreater};
extern constinit const KernelList greater_equal_cpu{kGreaterEqual};
extern constinit const KernelList logical_and_cpu{kAnd};
extern constinit const KernelList logical_or_cpu{kOr};
extern constinit const KernelList logical_not_cpu{kNot};
extern constinit const KernelList isfinite_cpu{kIsFinite};

}  // namespace nucella
