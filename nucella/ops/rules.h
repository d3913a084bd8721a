// Rules that many ops share: shape rules of element-wise ops and the undoing of a broadcast in a gradient.
#pragma once
#include "nucella/ops/ops.h"

namespace nucella::rules {

/// One output: broadcast shape, dtype of the first input (call it after promotion).
void infer_binary(const Call& call, std::span<Meta> out);
/// One output like the first input.
void infer_same(const Call& call, std::span<Meta> out);
/// `grad`, summed over the axes along which `input` had been broadcast.
Tensor unbroadcast(const Tensor& grad, const Tensor& input);

}  // namespace nucella::rules
