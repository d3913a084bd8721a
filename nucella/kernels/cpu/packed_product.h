// packed_product: a product of large float matrices from panels that lie in the caches.
#pragma once
#include "nucella/kernels/cpu/matrix.h"

namespace nucella::cpu {

/// True for a product of rows-major `a` and `b` with so many inner steps that packing pays: where oneDNN has
/// vectors of 8 floats at most, its own is slow for them.
bool is_packed_faster(int64_t inner);

/// out = a b for `rows` x `inner` times `inner` x `columns`; the rows of `out` lie dense.
void packed_product(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, int64_t rows,
                    int64_t inner, int64_t columns);

}  // namespace nucella::cpu
