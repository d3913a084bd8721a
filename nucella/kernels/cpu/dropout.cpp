#include "nucella/base/random.h"
#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

const char* dropout_ref(const Call& call) {
  const auto& [p, seed] = unpack<double, int64_t>(call.attrs);
  const Tensor x = call.in[0].contiguous();
  const Philox4x32 random(static_cast<uint64_t>(seed));
  const double limit = p * 0x1p32, scale = 1 / (1 - p);
  dispatch_floating(x.dtype(), "dropout", [&]<class T>() {
    using C = cpu::compute_t<T>;
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    T* to = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    const int64_t n = x.size();
    parallel_for(0, (n + 3) / 4, 1 << 10, [&](int64_t first, int64_t last) {
      for (int64_t block = first; block < last; ++block) {
        const auto words = random.block(static_cast<uint64_t>(block));
        for (int64_t i = 4 * block; i < std::min(n, 4 * block + 4); ++i) {
          const bool kept = words[static_cast<size_t>(i % 4)] >= limit;
          to[i] = kept ? static_cast<T>(static_cast<C>(from[i]) * static_cast<C>(scale)) : T{0};
        }
      }
    });
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", dropout_ref}};
}  // namespace

extern constinit const KernelList dropout_cpu{kKernels};

}  // namespace nucella
