#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

template <class Word>
void select_words(const StridedLoop<4>& loop, const Call& call) {
  auto* out = reinterpret_cast<Word*>(call.out[0].raw_data_unchecked());
  const auto* condition = reinterpret_cast<const bool*>(call.in[0].raw_data_unchecked());
  const auto* x = reinterpret_cast<const Word*>(call.in[1].raw_data_unchecked());
  const auto* y = reinterpret_cast<const Word*>(call.in[2].raw_data_unchecked());
  const int axis = loop.shape.ndim() - 1;
  const int64_t n = loop.shape[axis], so = loop.strides[0][axis], sc = loop.strides[1][axis],
                sx = loop.strides[2][axis], sy = loop.strides[3][axis];
  cpu::detail::for_rows<4>(loop, [&](const std::array<int64_t, 4>& at) {
    for (int64_t i = 0; i < n; ++i)
      out[at[0] + i * so] = condition[at[1] + i * sc] ? x[at[2] + i * sx] : y[at[3] + i * sy];
  });
}

const char* select_ref(const Call& call) {
  const Tensor& out = call.out[0];
  if (out.size() == 0) return nullptr;
  const Shape& shape = out.shape();
  const auto loop =
      plan_loop<4>(shape, {out.strides(), broadcast_strides(call.in[0], shape),
                           broadcast_strides(call.in[1], shape), broadcast_strides(call.in[2], shape)});
  switch (out.itemsize()) {
    case 1:
      select_words<uint8_t>(loop, call);
      break;
    case 2:
      select_words<uint16_t>(loop, call);
      break;
    case 4:
      select_words<uint32_t>(loop, call);
      break;
    default:
      select_words<uint64_t>(loop, call);
      break;
  }
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", select_ref}};
}  // namespace

extern constinit const KernelList select_cpu{kKernels};

}  // namespace nucella
