#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/unary.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

// In the order of Row.
constexpr UnaryRows kRows[] = {
    unary_rows([](auto, auto x) HWY_ATTR { return hn::Neg(x); }),
    unary_rows([](auto, auto x) HWY_ATTR { return hn::Abs(x); }),
    unary_rows([](auto, auto x) HWY_ATTR { return hn::Mul(x, x); }),
    unary_rows([](auto d, auto x) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x); }),
    unary_rows([](auto, auto x) HWY_ATTR { return hn::Sqrt(x); }),
    unary_rows([](auto d, auto x) HWY_ATTR { return hn::Div(one(d), hn::Sqrt(x)); }),
    unary_rows([](auto d, auto x) HWY_ATTR { return hn::Div(one(d), x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return exp(d, x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return log(d, x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return sin(d, x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return cos(d, x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return tanh(d, x); }),
    unary_rows_f32([](auto d, auto x) HWY_ATTR { return sigmoid(d, x); }),
};

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
  kNeg,
  kAbs,
  kSquare,
  kRelu,
  kSqrt,
  kRsqrt,
  kReciprocal,
  kExp,
  kLog,
  kSin,
  kCos,
  kTanh,
  kSigmoid,
};

template <Row kRow>
const char* simd(const Call& call) {
  using namespace cpu;
  static const UnaryRows* rows = HWY_DYNAMIC_DISPATCH(unary_op_rows)();
  return run_unary(rows[kRow], call.out[0], call.in[0]);
}

template <Row kRow, auto kRef>
constexpr Kernel kBoth[] = {{"simd", simd<kRow>}, {"ref", kRef}};
template <auto kRef>
constexpr Kernel kPlain[] = {{"ref", kRef}};

}  // namespace

extern constinit const KernelList neg_cpu{kBoth<kNeg, cpu::unary_ref<cpu::Neg>>};
extern constinit const KernelList abs_cpu{kBoth<kAbs, cpu::unary_ref<cpu::Abs>>};
extern constinit const KernelList sign_cpu{kPlain<cpu::unary_ref<cpu::Sign>>};
extern constinit const KernelList square_cpu{kBoth<kSquare, cpu::unary_ref<cpu::Square>>};
extern constinit const KernelList relu_cpu{kBoth<kRelu, cpu::unary_ref<cpu::Relu>>};
extern constinit const KernelList exp_cpu{kBoth<kExp, cpu::float_unary_ref<cpu::Exp>>};
extern constinit const KernelList log_cpu{kBoth<kLog, cpu::float_unary_ref<cpu::Log>>};
extern constinit const KernelList sqrt_cpu{kBoth<kSqrt, cpu::float_unary_ref<cpu::Sqrt>>};
extern constinit const KernelList rsqrt_cpu{kBoth<kRsqrt, cpu::float_unary_ref<cpu::Rsqrt>>};
extern constinit const KernelList reciprocal_cpu{kBoth<kReciprocal, cpu::float_unary_ref<cpu::Reciprocal>>};
extern constinit const KernelList sin_cpu{kBoth<kSin, cpu::float_unary_ref<cpu::Sin>>};
extern constinit const KernelList cos_cpu{kBoth<kCos, cpu::float_unary_ref<cpu::Cos>>};
extern constinit const KernelList tanh_cpu{kBoth<kTanh, cpu::float_unary_ref<cpu::Tanh>>};
extern constinit const KernelList sigmoid_cpu{kBoth<kSigmoid, cpu::float_unary_ref<cpu::Sigmoid>>};
extern constinit const KernelList erf_cpu{kPlain<cpu::float_unary_ref<cpu::Erf>>};

}  // namespace nucella
#endif  // HWY_ONCE
