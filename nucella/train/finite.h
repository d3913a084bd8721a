// all_finite: whether gradients can be used.
#pragma once
#include "nucella/tensor/tensor.h"

namespace nucella::train {

/// A bool scalar: no element of any of `tensors` is infinite or NaN. Integers are finite. ValueError when
/// there are no tensors.
Tensor all_finite(const Tensors& tensors);

}  // namespace nucella::train
