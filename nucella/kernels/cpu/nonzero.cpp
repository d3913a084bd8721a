#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

// Only the data tell how many rows there are, so the kernel makes the output.
const char* nonzero_ref(const Call& call) {
  const Tensor x = call.in[0].contiguous();
  const Shape& shape = x.shape();
  dispatch(x.dtype(), [&]<class T>() {
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    const int64_t n = x.size(),
                  rows = std::count_if(from, from + n, [](T v) { return static_cast<bool>(v); });
    const Tensor out = Tensor::empty({rows, x.ndim()}, int64);
    int64_t* to = out.mutable_data<int64_t>();
    for (int64_t i = 0; i < n; ++i) {
      if (!static_cast<bool>(from[i])) continue;
      int64_t rest = i;
      for (int axis = x.ndim() - 1; axis >= 0; --axis) {
        to[axis] = rest % shape[axis];
        rest /= shape[axis];
      }
      to += x.ndim();
    }
    call.out[0] = out;
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", nonzero_ref}};
}  // namespace

extern constinit const KernelList nonzero_cpu{.kernels = kKernels, .allocates = true};

}  // namespace nucella
