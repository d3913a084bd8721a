#include "nucella/op/op.h"

namespace nucella {
namespace {

// New tensors over the storage of the last inputs: the identity costs no copy, yet each output has its own
// place on a tape.
const char* alias_last_inputs(const Call& call) {
  const size_t skipped = call.in.size() - call.out.size();
  for (size_t i = 0; i < call.out.size(); ++i) {
    const Tensor& t = call.in[skipped + i];
    call.out[i] = t.as_strided(t.shape(), t.strides(), t.impl()->offset);
  }
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", alias_last_inputs}};
}  // namespace

extern constinit const KernelList call_backward_cpu{.kernels = kKernels, .allocates = true};
extern constinit const KernelList recompute_cpu{.kernels = kKernels, .allocates = true};
extern constinit const KernelList with_bprop_cpu{.kernels = kKernels, .allocates = true};

}  // namespace nucella
