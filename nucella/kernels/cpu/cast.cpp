#include "nucella/base/half_rows.h"
#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace cpu {
namespace {

template <class To>
struct Convert {
  template <class From>
  To operator()(From v) const {
    return convert<To>(v);
  }
};

}  // namespace

void convert_elements(const Tensor& to, const Tensor& from) {
  if (to.dtype() == from.dtype() && to.shape() == from.shape()) return strided_copy(to, from);
  const auto row = dispatch(to.dtype(), [&]<class To>() {
    return dispatch(from.dtype(),
                    []<class From>() -> MapRow { return map_row<Convert<compute_t<To>>, From, To>; });
  });
  for_rows<2>({&to, &from}, row);
}

}  // namespace cpu

namespace {

template <class From, class To>
const char* convert_rows(const Call& call, void (*row)(const From*, To*, int64_t)) {
  const Tensor &x = call.in[0], &out = call.out[0];
  if (!(x.strides() == out.strides()) || !(out.is_contiguous() || out.is_dense()))
    return "the layouts differ";
  const auto* from = reinterpret_cast<const From*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<To*>(out.raw_data_unchecked());
  constexpr int64_t kGrain = 1 << 15;
  parallel_for(0, out.size(), kGrain, [&](int64_t a, int64_t b) { row(from + a, to + a, b - a); });
  return nullptr;
}

const char* simd(const Call& call) {
  const DType from = call.in[0].dtype(), to = call.out[0].dtype();
  const HalfRows& rows = half_rows();
  if (from == float16 && to == float32) return convert_rows(call, rows.widen_f16);
  if (from == bfloat16 && to == float32) return convert_rows(call, rows.widen_bf16);
  if (from == float32 && to == float16) return convert_rows(call, rows.narrow_f16);
  if (from == float32 && to == bfloat16) return convert_rows(call, rows.narrow_bf16);
  return "only conversions between float32 and the 16-bit floats have vector code";
}

const char* cast_ref(const Call& call) {
  cpu::convert_elements(call.out[0], call.in[0]);
  return nullptr;
}

constexpr Kernel kKernels[] = {{"simd", simd}, {"ref", cast_ref}};
}  // namespace

extern constinit const KernelList cast_cpu{kKernels};

}  // namespace nucella
