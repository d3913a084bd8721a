#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

const char* one_hot_ref(const Call& call) {
  const Tensor& out = call.out[0];
  const auto& [depth, on_value, off_value, axis, dtype] =
      unpack<int64_t, double, double, int64_t, DType>(call.attrs);
  const int at = normalize_axis(axis, out.ndim(), "one_hot");
  const int64_t inner = Shape(out.shape().begin() + at + 1, out.shape().end()).numel();
  const std::vector<int64_t> indices = call.in[0].to_vector<int64_t>();
  dispatch(dtype, [&, depth = depth, on_value = on_value, off_value = off_value]<class T>() {
    T* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    std::fill(to, to + out.size(), static_cast<T>(off_value));
    for (int64_t i = 0; i < std::ssize(indices); ++i)
      if (indices[i] >= 0 && indices[i] < depth)
        to[(i / inner * depth + indices[i]) * inner + i % inner] = static_cast<T>(on_value);
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", one_hot_ref}};
}  // namespace

extern constinit const KernelList one_hot_cpu{kKernels};

}  // namespace nucella
