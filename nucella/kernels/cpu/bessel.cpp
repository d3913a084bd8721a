// Kernels of Bessel functions.
#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

// Of orders 0 and 1; odd orders are odd functions.
template <int kOrder>
struct BesselI {
  template <class T>
  T operator()(T a) const {
    constexpr T kOverflow = 720;  // beyond it the library function refuses, and a double could not hold it
    const T sign = kOrder % 2 == 1 && a < 0 ? T{-1} : T{1};
    const T size = std::fabs(a);
    if (std::isnan(a)) return a;
    if (size > kOverflow) return sign * std::numeric_limits<T>::infinity();
    return sign * static_cast<T>(std::cyl_bessel_i(static_cast<double>(kOrder), static_cast<double>(size)));
  }
};

constexpr Kernel kBesselI0[] = {{"ref", cpu::float_unary_ref<BesselI<0>>}};
constexpr Kernel kBesselI1[] = {{"ref", cpu::float_unary_ref<BesselI<1>>}};

}  // namespace

extern constinit const KernelList bessel_i0_cpu{kBesselI0};
extern constinit const KernelList bessel_i1_cpu{kBesselI1};

}  // namespace nucella
