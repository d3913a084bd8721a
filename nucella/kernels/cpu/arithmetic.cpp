#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/arithmetic.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

// In the order of Row.
constexpr BinaryRows kRows[] = {
    binary_rows([](auto, auto x, auto y) HWY_ATTR { return hn::Add(x, y); }),
    binary_rows([](auto, auto x, auto y) HWY_ATTR { return hn::Sub(x, y); }),
    binary_rows([](auto, auto x, auto y) HWY_ATTR { return hn::Mul(x, y); }),
    binary_rows([](auto, auto x, auto y) HWY_ATTR { return hn::Div(x, y); }),
    binary_rows([](auto, auto x, auto y)
                    HWY_ATTR { return hn::IfThenElse(hn::Or(hn::Gt(x, y), hn::IsNaN(x)), x, y); }),
    binary_rows([](auto, auto x, auto y)
                    HWY_ATTR { return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::IsNaN(x)), x, y); }),
    binary_rows([](auto d, auto grad, auto output)
                    HWY_ATTR { return hn::IfThenElseZero(hn::Gt(output, hn::Zero(d)), grad); }),
};

}  // namespace

const BinaryRows* arithmetic_rows() { return kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(arithmetic_rows);
}
namespace {

enum Row { kAdd, kSub, kMul, kDiv, kMaximum, kMinimum, kReluGrad };

template <Row kRow>
const char* simd(const Call& call) {
  using namespace cpu;
  static const BinaryRows* rows = HWY_DYNAMIC_DISPATCH(arithmetic_rows)();
  return run_binary(rows[kRow], call.out[0], call.in[0], call.in[1]);
}

// Integers are divided as float32, the dtype of the output.
const char* div_ref(const Call& call) {
  return cpu::run_rows(call, dispatch(call.in[0].dtype(), []<class T>() -> cpu::MapRows {
                         using Out = std::conditional_t<is_floating(dtype_of<T>), T, float>;
                         return cpu::map_rows<cpu::Div, T, Out, cpu::compute_t<Out>>;
                       }));
}

template <Row kRow, auto kRef>
constexpr Kernel kBoth[] = {{"simd", simd<kRow>}, {"ref", kRef}};
template <class F>
constexpr Kernel kPlain[] = {{"ref", cpu::binary_ref<F>}};

}  // namespace

extern constinit const KernelList add_cpu{kBoth<kAdd, cpu::binary_ref<cpu::Add>>};
extern constinit const KernelList sub_cpu{kBoth<kSub, cpu::binary_ref<cpu::Sub>>};
extern constinit const KernelList mul_cpu{kBoth<kMul, cpu::binary_ref<cpu::Mul>>};
extern constinit const KernelList div_cpu{kBoth<kDiv, div_ref>};
extern constinit const KernelList real_div_cpu{kBoth<kDiv, cpu::binary_ref<cpu::Div>>};
extern constinit const KernelList floor_div_cpu{kPlain<cpu::FloorDiv>};
extern constinit const KernelList mod_cpu{kPlain<cpu::Mod>};
extern constinit const KernelList pow_cpu{kPlain<cpu::Pow>};
extern constinit const KernelList maximum_cpu{kBoth<kMaximum, cpu::binary_ref<cpu::Maximum>>};
extern constinit const KernelList minimum_cpu{kBoth<kMinimum, cpu::binary_ref<cpu::Minimum>>};
extern constinit const KernelList relu_grad_cpu{kBoth<kReluGrad, cpu::binary_ref<cpu::ReluGrad>>};

}  // namespace nucella
#endif  // HWY_ONCE
