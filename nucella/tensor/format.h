// Tensors as text: to_string() as NumPy prints an array, repr() as MindSpore prints a Tensor.
#pragma once
#include <iosfwd>
#include <string>

#include "nucella/tensor/tensor.h"

namespace nucella {

/// The values as NumPy 1.26 prints an array: `[1.  2.5]`, lines of 75 columns, 8 digits, above 1000 elements
/// only the first and last three along each axis. bfloat16 as MindSpore does: `[1.000000 2.500000]`.
/// "undefined" for the undefined tensor; ValueError while an extent is unknown.
std::string to_string(const Tensor& t);
/// As MindSpore 2.10: `Tensor(shape=[2], dtype=Float32, value= [ 1.00000000e+00,  2.50000000e+00])`.
std::string repr(const Tensor& t);
/// Writes to_string().
std::ostream& operator<<(std::ostream& out, const Tensor& t);

}  // namespace nucella
