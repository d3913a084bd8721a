// packed_product: a product of large float matrices from panels that lie in the caches.
#pragma once
#include "nucella/kernels/cpu/matrix.h"

namespace nucella::cpu {

/// True where the product outdoes oneDNN's: on vectors of 8 floats at most, for large matrices, or smaller
/// ones where the rows of `b` lie so far apart that they throw each other out of the cache unless they are
/// packed.
bool is_packed_faster(Matrix<const float> b, int64_t rows, int64_t inner, int64_t columns);

/// out = a b + bias for `rows` x `inner` times `inner` x `columns`, none of them 0. The rows of `out` lie
/// dense, one of the axes of `a` and of `b` too; `bias` (columns) may be null. What an element sums does not
/// depend on the number of threads.
void packed_product(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, const float* bias,
                    int64_t rows, int64_t inner, int64_t columns);

}  // namespace nucella::cpu
