// The kernels of strided_slice_grad and strided_slice_update; strided_slice itself is a view.
#include "nucella/base/parallel.h"
#include "nucella/op/op.h"
#include "nucella/tensor/slice.h"
#include "nucella/tensor/strided.h"

namespace nucella {
namespace {

const char* grad_ref(const Call& call) {
  const auto& [shape, begin, end, step] = unpack<Ints, Ints, Ints, Ints>(call.attrs);
  const Tensor& out = call.out[0];
  std::byte* bytes = out.raw_data_unchecked();
  constexpr int64_t kGrain = 1 << 18;
  parallel_for(0, out.nbytes(), kGrain, [&](int64_t a, int64_t b) { std::memset(bytes + a, 0, b - a); });
  strided_copy(slice_view(out, begin, end, step, "strided_slice_grad"), call.in[0]);
  return nullptr;
}

const char* update_ref(const Call& call) {
  const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
  const Tensor &x = call.in[0], &value = call.in[1];
  const bool overlap = value.impl()->storage.get() == x.impl()->storage.get();
  strided_copy(slice_view(x, begin, end, step, "strided_slice_update"), overlap ? value.clone() : value);
  return nullptr;
}

constexpr Kernel kGrad[] = {{"ref", grad_ref}};
constexpr Kernel kUpdate[] = {{"ref", update_ref}};
}  // namespace

extern constinit const KernelList strided_slice_grad_cpu{kGrad};
extern constinit const KernelList strided_slice_update_cpu{kUpdate};

}  // namespace nucella
