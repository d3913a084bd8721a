// Reductions by row functions, for every dtype: what the kernels of sums, extremes and variances call.
#pragma once
#include "nucella/kernels/cpu/reduce_rows.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

/// Reduces x to the dense `out`, whose element belongs to one of x as the strides `to` over the shape of x
/// say. The result is divided by `count` (integers: toward zero). Refuses empty tensors.
const char* reduce_fast(const Tensor& out, const Tensor& x, const Shape& to, Reducer reducer,
                        int64_t count = 1);

/// The sum of the squared distances from the mean, divided by the number of elements less `ddof`; of floats.
const char* variance_fast(const Tensor& out, const Tensor& x, const Shape& to, int64_t ddof);

}  // namespace nucella::cpu
