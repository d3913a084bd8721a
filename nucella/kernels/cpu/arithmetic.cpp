#include "nucella/kernels/cpu/pointwise.h"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)  // rare today, and each target costs compile time
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/arithmetic.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

struct AddV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::Add(x, y);
  }
};
struct SubV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::Sub(x, y);
  }
};
struct MulV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::Mul(x, y);
  }
};
struct DivV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::Div(x, y);
  }
};
struct MaximumV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::IfThenElse(hn::Or(hn::Gt(x, y), hn::IsNaN(x)), x, y);
  }
};
struct MinimumV {
  template <class D, class V>
  V operator()(D, V x, V y) const {
    return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::IsNaN(x)), x, y);
  }
};
struct ReluGradV {
  template <class D, class V>
  V operator()(D d, V grad, V output) const {
    return hn::IfThenElseZero(hn::Gt(output, hn::Zero(d)), grad);
  }
};

constexpr BinaryRows kRows[] = {binary_rows<AddV>(),     binary_rows<SubV>(),     binary_rows<MulV>(),
                                binary_rows<DivV>(),     binary_rows<MaximumV>(), binary_rows<MinimumV>(),
                                binary_rows<ReluGradV>()};

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

enum Row { kAddRow, kSubRow, kMulRow, kDivRow, kMaximumRow, kMinimumRow, kReluGradRow };

template <Row kRow>
const char* simd(const Call& call) {
  using namespace cpu;
  static const BinaryRows* rows = HWY_DYNAMIC_DISPATCH(arithmetic_rows)();
  if (call.in[0].dtype() != call.out[0].dtype()) return "the dtype changes";
  return run_binary(rows[kRow], call.out[0], call.in[0], call.in[1]);
}

// Integers are divided as float32, the dtype of the output.
const char* div_ref(const Call& call) {
  if (is_floating(call.in[0].dtype())) return cpu::binary_ref<cpu::Div>(call);
  dispatch(call.in[0].dtype(), [&]<class T>() {
    cpu::map2<T, T, float>(call.out[0], call.in[0], call.in[1],
                           [](T a, T b) { return static_cast<float>(a) / static_cast<float>(b); });
  });
  return nullptr;
}

constexpr Kernel kAdd[] = {{"simd", simd<kAddRow>}, {"ref", cpu::binary_ref<cpu::Add>}};
constexpr Kernel kSub[] = {{"simd", simd<kSubRow>}, {"ref", cpu::binary_ref<cpu::Sub>}};
constexpr Kernel kMul[] = {{"simd", simd<kMulRow>}, {"ref", cpu::binary_ref<cpu::Mul>}};
constexpr Kernel kDiv[] = {{"simd", simd<kDivRow>}, {"ref", div_ref}};
constexpr Kernel kRealDiv[] = {{"simd", simd<kDivRow>}, {"ref", cpu::binary_ref<cpu::Div>}};
constexpr Kernel kFloorDiv[] = {{"ref", cpu::binary_ref<cpu::FloorDiv>}};
constexpr Kernel kMod[] = {{"ref", cpu::binary_ref<cpu::Mod>}};
constexpr Kernel kPow[] = {{"ref", cpu::binary_ref<cpu::Pow>}};
constexpr Kernel kMaximum[] = {{"simd", simd<kMaximumRow>}, {"ref", cpu::binary_ref<cpu::Maximum>}};
constexpr Kernel kMinimum[] = {{"simd", simd<kMinimumRow>}, {"ref", cpu::binary_ref<cpu::Minimum>}};
constexpr Kernel kReluGrad[] = {{"simd", simd<kReluGradRow>}, {"ref", cpu::binary_ref<cpu::ReluGrad>}};

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
#endif  // HWY_ONCE
