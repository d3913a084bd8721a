// run_kernels: infer, allocate, pick a kernel. The end of every eager call.
#pragma once
#include "nucella/op/op.h"

namespace nucella {

/// Runs the call on the CPU. On an exception no output has been set and no input has changed.
void run_kernels(const Call& call, const OpEntry& entry);

/// The kernels in the order of preference, those that refused with their reasons; used by tests and
/// benchmarks. Runs exactly kernel `which` of the list (negative: from the end); returns its refusal or
/// nullptr.
const char* run_one_kernel(const Call& call, const OpEntry& entry, int which);

}  // namespace nucella
