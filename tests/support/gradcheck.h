// Gradients against central differences in float64, first and second derivatives.
#pragma once
#include "nucella/grad/grad.h"

namespace nucella::test {

/// `count` values in [-1, 1) that repeat only after long, none twice in a row; distinct up to 1009 of them.
Tensor varied(const Shape& shape, DType dtype = float32, int64_t seed = 1);

/// Expects the first and second derivatives of `fn` (one tensor of float64 out) with respect to every input
/// to be those of central differences.
void expect_gradients(const TensorFn& fn, const Tensors& inputs);

}  // namespace nucella::test
