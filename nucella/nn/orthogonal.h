// orthogonalize(): replaces a matrix by the orthogonal factor of its QR decomposition.
#pragma once
#include <cstdint>
#include <span>

namespace nucella::init {

/// The row-major `matrix` of `rows` rows becomes the Q of its QR decomposition whose R has a positive
/// diagonal: columns are orthonormal. With more columns than rows the transposed matrix is decomposed, and
/// its rows are.
void orthogonalize(std::span<float> matrix, int64_t rows);

}  // namespace nucella::init
