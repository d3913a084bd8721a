#include <atomic>
#include <cfenv>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

constexpr int kWatched = FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO;

// The processor keeps the flags per thread: each thread that kernels may have run on gets one piece of the
// loop.
template <class F>
void on_all_threads(F body) {
  parallel_for(0, num_threads(), 1, [&](int64_t, int64_t) { body(); });
}

int raised_flags() {
  std::atomic<int> flags = 0;
  on_all_threads([&] { flags |= std::fetestexcept(kWatched); });
  return flags;
}

void clear_flags() {
  on_all_threads([] { std::feclearexcept(kWatched); });
}

void write_status(const Tensor& status, int flags) {
  float* p = status.mutable_data<float>();
  const int64_t step = status.strides()[0];
  for (int64_t i = 0; i < 8; ++i) p[i * step] = 0;
  p[0] = (flags & FE_OVERFLOW) != 0;
  p[step] = (flags & FE_INVALID) != 0;
  p[2 * step] = (flags & FE_DIVBYZERO) != 0;
}

const char* alloc_status(const Call& call) {
  write_status(call.out[0], 0);
  return nullptr;
}

const char* get_status(const Call& call) {
  write_status(call.in[0], raised_flags());
  return nullptr;
}

const char* clear_status(const Call& call) {
  clear_flags();
  write_status(call.in[0], 0);
  return nullptr;
}

// True as soon as one piece has seen an infinity or a NaN.
const char* float_status_ref(const Call& call) {
  const Tensor dense = call.in[0].contiguous();
  std::atomic<bool> found{false};
  dispatch_floating(dense.dtype(), "float_status", [&]<class T>() {
    const T* x = reinterpret_cast<const T*>(dense.raw_data_unchecked());
    parallel_for(0, dense.size(), 1 << 14, [&](int64_t a, int64_t b) {
      bool bad = false;
      for (int64_t i = a; i < b; ++i) bad |= !std::isfinite(static_cast<cpu::compute_t<T>>(x[i]));
      if (bad) found = true;
    });
  });
  call.out[0].mutable_data<float>()[0] = found;
  return nullptr;
}

constexpr Kernel kAlloc[] = {{"ref", alloc_status}};
constexpr Kernel kGet[] = {{"ref", get_status}};
constexpr Kernel kClear[] = {{"ref", clear_status}};
constexpr Kernel kFloatStatus[] = {{"ref", float_status_ref}};

}  // namespace

extern constinit const KernelList npu_alloc_float_status_cpu{kAlloc};
extern constinit const KernelList npu_get_float_status_cpu{kGet};
extern constinit const KernelList npu_clear_float_status_cpu{kClear};
extern constinit const KernelList float_status_cpu{kFloatStatus};

}  // namespace nucella
