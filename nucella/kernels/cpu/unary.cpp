#include "nucella/kernels/cpu/pointwise.h"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)  // rare today, and each target costs compile time
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/unary.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

struct NegV {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Neg(x);
  }
};
struct AbsV {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Abs(x);
  }
};
struct SquareV {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Mul(x, x);
  }
};
struct ReluV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x);
  }
};
struct SqrtV {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};
struct RsqrtV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(one(d), hn::Sqrt(x));
  }
};
struct ReciprocalV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(one(d), x);
  }
};
struct ExpV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return exp(d, x);
  }
};
struct LogV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return log(d, x);
  }
};
struct SinV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return sin(d, x);
  }
};
struct CosV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return cos(d, x);
  }
};
struct TanhV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return tanh(d, x);
  }
};
struct SigmoidV {
  template <class D, class V>
  V operator()(D d, V x) const {
    return sigmoid(d, x);
  }
};

constexpr UnaryRows kRows[] = {unary_rows<NegV>(),        unary_rows<AbsV>(),     unary_rows<SquareV>(),
                               unary_rows<ReluV>(),       unary_rows<SqrtV>(),    unary_rows<RsqrtV>(),
                               unary_rows<ReciprocalV>(), unary_rows_f32<ExpV>(), unary_rows_f32<LogV>(),
                               unary_rows_f32<SinV>(),    unary_rows_f32<CosV>(), unary_rows_f32<TanhV>(),
                               unary_rows_f32<SigmoidV>()};

}  // namespace

const UnaryRows* unary_op_rows() { return kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(unary_op_rows);
}
namespace {

enum Row {
  kNegRow,
  kAbsRow,
  kSquareRow,
  kReluRow,
  kSqrtRow,
  kRsqrtRow,
  kReciprocalRow,
  kExpRow,
  kLogRow,
  kSinRow,
  kCosRow,
  kTanhRow,
  kSigmoidRow,
};

template <Row kRow>
const char* simd(const Call& call) {
  using namespace cpu;
  static const UnaryRows* rows = HWY_DYNAMIC_DISPATCH(unary_op_rows)();
  return run_unary(rows[kRow], call.out[0], call.in[0]);
}

constexpr Kernel kNeg[] = {{"simd", simd<kNegRow>}, {"ref", cpu::unary_ref<cpu::Neg>}};
constexpr Kernel kAbs[] = {{"simd", simd<kAbsRow>}, {"ref", cpu::unary_ref<cpu::Abs>}};
constexpr Kernel kSign[] = {{"ref", cpu::unary_ref<cpu::Sign>}};
constexpr Kernel kSquare[] = {{"simd", simd<kSquareRow>}, {"ref", cpu::unary_ref<cpu::Square>}};
constexpr Kernel kRelu[] = {{"simd", simd<kReluRow>}, {"ref", cpu::unary_ref<cpu::Relu>}};
constexpr Kernel kExp[] = {{"simd", simd<kExpRow>}, {"ref", cpu::float_unary_ref<cpu::Exp>}};
constexpr Kernel kLog[] = {{"simd", simd<kLogRow>}, {"ref", cpu::float_unary_ref<cpu::Log>}};
constexpr Kernel kSqrt[] = {{"simd", simd<kSqrtRow>}, {"ref", cpu::float_unary_ref<cpu::Sqrt>}};
constexpr Kernel kRsqrt[] = {{"simd", simd<kRsqrtRow>}, {"ref", cpu::float_unary_ref<cpu::Rsqrt>}};
constexpr Kernel kReciprocal[] = {{"simd", simd<kReciprocalRow>},
                                  {"ref", cpu::float_unary_ref<cpu::Reciprocal>}};
constexpr Kernel kSin[] = {{"simd", simd<kSinRow>}, {"ref", cpu::float_unary_ref<cpu::Sin>}};
constexpr Kernel kCos[] = {{"simd", simd<kCosRow>}, {"ref", cpu::float_unary_ref<cpu::Cos>}};
constexpr Kernel kTanh[] = {{"simd", simd<kTanhRow>}, {"ref", cpu::float_unary_ref<cpu::Tanh>}};
constexpr Kernel kSigmoid[] = {{"simd", simd<kSigmoidRow>}, {"ref", cpu::float_unary_ref<cpu::Sigmoid>}};
constexpr Kernel kErf[] = {{"ref", cpu::float_unary_ref<cpu::Erf>}};

}  // namespace

extern constinit const KernelList neg_cpu{kNeg};
extern constinit const KernelList abs_cpu{kAbs};
extern constinit const KernelList sign_cpu{kSign};
extern constinit const KernelList square_cpu{kSquare};
extern constinit const KernelList relu_cpu{kRelu};
extern constinit const KernelList exp_cpu{kExp};
extern constinit const KernelList log_cpu{kLog};
extern constinit const KernelList sqrt_cpu{kSqrt};
extern constinit const KernelList rsqrt_cpu{kRsqrt};
extern constinit const KernelList reciprocal_cpu{kReciprocal};
extern constinit const KernelList sin_cpu{kSin};
extern constinit const KernelList cos_cpu{kCos};
extern constinit const KernelList tanh_cpu{kTanh};
extern constinit const KernelList sigmoid_cpu{kSigmoid};
extern constinit const KernelList erf_cpu{kErf};

}  // namespace nucella
#endif  // HWY_ONCE
