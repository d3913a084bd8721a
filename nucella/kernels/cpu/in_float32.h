// in_float32: a kernel for 16-bit floats made of kernels for float32, between conversions there and back.
#pragma once
#include "nucella/op/op.h"

namespace nucella::cpu {

using KernelFn = const char* (*)(const Call& call);

/// Converts the 16-bit inputs of a call to float32, runs the first of `kernels` that takes them, and converts
/// its results. Inputs and results keep their layouts. With `cut` the call goes through in stretches along
/// its first axis that fit into the caches: the first `cut` inputs and all outputs must have that axis, and
/// no row may depend on another. Refuses calls whose first input is not a 16-bit float.
const char* run_in_float32(const Call& call, std::span<const KernelFn> kernels, size_t cut = 0);

/// The kernel to list between the float32 ones and the reference.
template <KernelFn... kKernels>
const char* in_float32(const Call& call) {
  static constexpr KernelFn kAll[] = {kKernels...};
  return run_in_float32(call, kAll);
}

/// The same for ops whose rows do not depend on each other; see `cut`.
template <size_t kCut, KernelFn... kKernels>
const char* rows_in_float32(const Call& call) {
  static constexpr KernelFn kAll[] = {kKernels...};
  return run_in_float32(call, kAll, kCut);
}

}  // namespace nucella::cpu
