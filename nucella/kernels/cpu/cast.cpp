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

template <class From, class To>
void plain_row(const Row<2>& row) {
  map_row<Convert<compute_t<To>>, From, To>(row);
}

// The vector code from one type to the other; null where there is none.
template <class From, class To>
auto vector_code() -> void (*)(const From*, To*, int64_t) {
  [[maybe_unused]] const HalfRows& rows = half_rows();
  if constexpr (std::is_same_v<From, Half> && std::is_same_v<To, float>)
    return rows.widen_f16;
  else if constexpr (std::is_same_v<From, BFloat16> && std::is_same_v<To, float>)
    return rows.widen_bf16;
  else if constexpr (std::is_same_v<From, float> && std::is_same_v<To, Half>)
    return rows.narrow_f16;
  else if constexpr (std::is_same_v<From, float> && std::is_same_v<To, BFloat16>)
    return rows.narrow_bf16;
  else
    return nullptr;
}

template <class From, class To>
void fast_row(const Row<2>& row) {
  const auto code = vector_code<From, To>();
  if (!code || row.step[0] != 1 || row.step[1] != 1) return plain_row<From, To>(row);
  code(row.at<const From>(1), row.at<To>(0), row.size);
}

// kFast: with vector code where there is any.
template <bool kFast>
void convert_rows(const Tensor& to, const Tensor& from) {
  for_rows<2>({&to, &from}, dispatch(to.dtype(), [&]<class To>() {
                return dispatch(from.dtype(), []<class From>() -> MapRow {
                  if constexpr (kFast)
                    return fast_row<From, To>;
                  else
                    return plain_row<From, To>;
                });
              }));
}

}  // namespace

void convert_elements(const Tensor& to, const Tensor& from) {
  if (to.dtype() == from.dtype() && to.shape() == from.shape()) return strided_copy(to, from);
  convert_rows<true>(to, from);
}

}  // namespace cpu

namespace {

const char* simd(const Call& call) {
  const auto is_half = [](DType t) { return t == float16 || t == bfloat16; };
  const DType from = call.in[0].dtype(), to = call.out[0].dtype();
  if (!(is_half(from) && to == float32) && !(from == float32 && is_half(to)))
    return "only conversions between float32 and the 16-bit floats have vector code";
  cpu::convert_elements(call.out[0], call.in[0]);
  return nullptr;
}

const char* cast_ref(const Call& call) {
  cpu::convert_rows<false>(call.out[0], call.in[0]);
  return nullptr;
}

constexpr Kernel kKernels[] = {{"simd", simd}, {"ref", cast_ref}};
}  // namespace

extern constinit const KernelList cast_cpu{kKernels};

}  // namespace nucella
