// gelu spelled in other ops, and what its rules share with those of its gradient.
#pragma once
#include "nucella/ops/rules.h"

namespace nucella::rules {

/// The derivative of gelu at `x`, in ops that have derivatives.
Tensor gelu_slope(const Tensor& x, bool exact);
/// ValueError unless `approximate` is 'none' (true) or 'tanh' (false).
bool is_exact_gelu(const Call& call, const Attr& approximate);

}  // namespace nucella::rules
