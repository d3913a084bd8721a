#include "nucella/op/op.h"

namespace nucella {
namespace {

const char* split_views_ref(const Call& call) {
  const Tensor& x = call.in[0];
  const int axis = normalize_axis(call.attrs[1].as<int64_t>(), x.ndim(), "split_views");
  int64_t offset = x.impl()->offset;
  for (Tensor& out : call.out) {
    const Shape shape = out.shape();
    out = x.as_strided(shape, x.strides(), shape.numel() == 0 ? x.impl()->offset : offset);
    offset += shape[axis] * x.strides()[axis];
  }
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", split_views_ref}};
}  // namespace

extern constinit const KernelList split_views_cpu{.kernels = kKernels, .allocates = true};

}  // namespace nucella
