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
/// Shape of the pieces of `shape` that `indices` of shape (..., k) address by its leading k axes: (...) +
/// shape[k:]. TypeError unless the indices are int32 or int64, ValueError when k does not fit; `op` goes into
/// the text.
Shape gathered_shape(const Shape& shape, const Tensor& indices, std::string_view op);

}  // namespace nucella::rules
