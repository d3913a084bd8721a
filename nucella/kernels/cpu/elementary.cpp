// Kernels of the elementary functions that have no vector form: trigonometry, hyperbolic functions,
// logarithms, rounding, and remainders and angles of two operands.
#include "nucella/base/erf_inv.h"
#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

#define NUCELLA_FUNCTION(Name, expression) \
  struct Name {                            \
    template <class T>                     \
    T operator()(T a) const {              \
      return expression;                   \
    }                                      \
  };
NUCELLA_FUNCTION(Tan, std::tan(a))
NUCELLA_FUNCTION(Asin, std::asin(a))
NUCELLA_FUNCTION(Acos, std::acos(a))
NUCELLA_FUNCTION(Atan, std::atan(a))
NUCELLA_FUNCTION(Sinh, std::sinh(a))
NUCELLA_FUNCTION(Cosh, std::cosh(a))
NUCELLA_FUNCTION(Asinh, std::asinh(a))
NUCELLA_FUNCTION(Acosh, std::acosh(a))
NUCELLA_FUNCTION(Atanh, std::atanh(a))
NUCELLA_FUNCTION(Expm1, std::expm1(a))
NUCELLA_FUNCTION(Log1p, std::log1p(a))
NUCELLA_FUNCTION(Erfc, std::erfc(a))
NUCELLA_FUNCTION(Log2, std::log2(a))
NUCELLA_FUNCTION(Log10, std::log10(a))
NUCELLA_FUNCTION(Exp2, std::exp2(a))
#undef NUCELLA_FUNCTION

struct ErfInv {
  template <class T>
  T operator()(T a) const {
    if (!(std::abs(a) < 1))
      return std::abs(a) == 1 ? a * std::numeric_limits<T>::infinity() : std::numeric_limits<T>::quiet_NaN();
    return static_cast<T>(erfc_inv(1 - static_cast<double>(a)));
  }
};

// Rounding leaves integers as they are: a detour over double would lose the low bits of large ones.
#define NUCELLA_ROUNDING(Name, function)           \
  struct Name {                                    \
    template <class T>                             \
    T operator()(T a) const {                      \
      if constexpr (std::is_floating_point_v<T>) { \
        return function(a);                        \
      } else {                                     \
        return a;                                  \
      }                                            \
    }                                              \
  };
NUCELLA_ROUNDING(Ceil, std::ceil)
NUCELLA_ROUNDING(Floor, std::floor)
NUCELLA_ROUNDING(Round, std::nearbyint)
NUCELLA_ROUNDING(Trunc, std::trunc)
#undef NUCELLA_ROUNDING

/// Integers modulo 0 give 0.
struct Fmod {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return std::fmod(a, b);
    } else {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>)
        if (b == T{-1}) return 0;
      return static_cast<T>(a % b);
    }
  }
};

struct Atan2 {
  template <class T>
  T operator()(T a, T b) const {
    return std::atan2(a, b);
  }
};

// Integers and bool are computed in float32, the dtype of the output.
const char* atan2_ref(const Call& call) {
  return cpu::run_rows(call, dispatch(call.in[0].dtype(), []<class T>() -> cpu::MapRows {
                         using Out = std::conditional_t<is_floating(dtype_of<T>), T, float>;
                         return cpu::map_rows<Atan2, T, Out, cpu::compute_t<Out>>;
                       }));
}

constexpr Kernel kTan[] = {{"ref", cpu::float_unary_ref<Tan>}};
constexpr Kernel kAsin[] = {{"ref", cpu::float_unary_ref<Asin>}};
constexpr Kernel kAcos[] = {{"ref", cpu::float_unary_ref<Acos>}};
constexpr Kernel kAtan[] = {{"ref", cpu::float_unary_ref<Atan>}};
constexpr Kernel kSinh[] = {{"ref", cpu::float_unary_ref<Sinh>}};
constexpr Kernel kCosh[] = {{"ref", cpu::float_unary_ref<Cosh>}};
constexpr Kernel kAsinh[] = {{"ref", cpu::float_unary_ref<Asinh>}};
constexpr Kernel kAcosh[] = {{"ref", cpu::float_unary_ref<Acosh>}};
constexpr Kernel kAtanh[] = {{"ref", cpu::float_unary_ref<Atanh>}};
constexpr Kernel kExpm1[] = {{"ref", cpu::float_unary_ref<Expm1>}};
constexpr Kernel kLog1p[] = {{"ref", cpu::float_unary_ref<Log1p>}};
constexpr Kernel kErfInv[] = {{"ref", cpu::float_unary_ref<ErfInv>}};
constexpr Kernel kErfc[] = {{"ref", cpu::float_unary_ref<Erfc>}};
constexpr Kernel kLog2[] = {{"ref", cpu::float_unary_ref<Log2>}};
constexpr Kernel kLog10[] = {{"ref", cpu::float_unary_ref<Log10>}};
constexpr Kernel kExp2[] = {{"ref", cpu::float_unary_ref<Exp2>}};
constexpr Kernel kCeil[] = {{"ref", cpu::unary_ref<Ceil>}};
constexpr Kernel kFloor[] = {{"ref", cpu::unary_ref<Floor>}};
constexpr Kernel kRound[] = {{"ref", cpu::unary_ref<Round>}};
constexpr Kernel kTrunc[] = {{"ref", cpu::unary_ref<Trunc>}};
constexpr Kernel kFmod[] = {{"ref", cpu::binary_ref<Fmod>}};
constexpr Kernel kAtan2[] = {{"ref", atan2_ref}};

}  // namespace

extern constinit const KernelList tan_cpu{kTan};
extern constinit const KernelList asin_cpu{kAsin};
extern constinit const KernelList acos_cpu{kAcos};
extern constinit const KernelList atan_cpu{kAtan};
extern constinit const KernelList sinh_cpu{kSinh};
extern constinit const KernelList cosh_cpu{kCosh};
extern constinit const KernelList asinh_cpu{kAsinh};
extern constinit const KernelList acosh_cpu{kAcosh};
extern constinit const KernelList atanh_cpu{kAtanh};
extern constinit const KernelList expm1_cpu{kExpm1};
extern constinit const KernelList log1p_cpu{kLog1p};
extern constinit const KernelList erfinv_cpu{kErfInv};
extern constinit const KernelList erfc_cpu{kErfc};
extern constinit const KernelList log2_cpu{kLog2};
extern constinit const KernelList log10_cpu{kLog10};
extern constinit const KernelList exp2_cpu{kExp2};
extern constinit const KernelList ceil_cpu{kCeil};
extern constinit const KernelList floor_cpu{kFloor};
extern constinit const KernelList round_cpu{kRound};
extern constinit const KernelList trunc_cpu{kTrunc};
extern constinit const KernelList fmod_cpu{kFmod};
extern constinit const KernelList atan2_cpu{kAtan2};

}  // namespace nucella
