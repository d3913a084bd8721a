#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

// Adds every element of x to the place of `out` that it was broadcast from, in row-major order of x.
const char* sum_to_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const Shape to = broadcast_strides(out, x.shape());
  dispatch(x.dtype(), [&]<class T>() {
    using C = std::conditional_t<is_floating(dtype_of<T>), double, int64_t>;
    std::vector<C> sums(static_cast<size_t>(out.size()));
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    const int64_t n = x.size();
    for (int64_t i = 0; i < n; ++i) {
      int64_t rest = i, at = 0, source = 0;
      for (int d = x.ndim() - 1; d >= 0; --d) {
        const int64_t index = rest % x.shape()[d];
        rest /= x.shape()[d];
        at += index * to[d];
        source += index * x.strides()[d];
      }
      sums[static_cast<size_t>(at)] += static_cast<C>(from[source]);
    }
    T* o = reinterpret_cast<T*>(out.raw_data_unchecked());
    for (size_t i = 0; i < sums.size(); ++i) o[i] = static_cast<T>(sums[i]);
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", sum_to_ref}};
}  // namespace

extern constinit const KernelList sum_to_cpu{kKernels};

}  // namespace nucella
