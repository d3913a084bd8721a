#include "nucella/op/op.h"
#include "nucella/tensor/slice.h"
#include "nucella/tensor/strided.h"

namespace nucella {
namespace {

const char* concat_ref(const Call& call) {
  const Tensor& out = call.out[0];
  const int axis = normalize_axis(call.attrs[0].as<int64_t>(), out.ndim(), "concat");
  Shape begin = Shape::filled(axis + 1, 0), end(out.shape().begin(), out.shape().begin() + axis + 1);
  for (const Tensor* t : call.in) {
    end[axis] = begin[axis] + t->shape()[axis];
    strided_copy(slice_view(out, begin, end, {}, "concat"), *t);
    begin[axis] = end[axis];
  }
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", concat_ref}};
}  // namespace

extern constinit const KernelList concat_cpu{kKernels};

}  // namespace nucella
