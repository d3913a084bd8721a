#include "nucella/ops/gelu_rules.h"

#include <cmath>
#include <numbers>

#include "nucella/ops/operators.h"

namespace nucella::rules {

Tensor gelu_slope(const Tensor& x, bool exact) {
  constexpr double kSqrtHalf = std::numbers::sqrt2 / 2, kCubic = 0.044715;
  const double height = std::numbers::inv_sqrtpi * kSqrtHalf;  // of the normal density
  if (exact) return (ops::erf(x * kSqrtHalf) + 1.0) * 0.5 + x * (ops::exp(ops::square(x) * -0.5) * height);
  const Tensor square = ops::square(x), t = ops::tanh((x + square * x * kCubic) * (2 * height));
  return (t + 1.0) * 0.5 + x * 0.5 * (1.0 - ops::square(t)) * ((square * (3 * kCubic) + 1.0) * (2 * height));
}

bool is_exact_gelu(const Call& call, const Attr& attr) {
  const std::string& approximate = attr.as<std::string>();
  check<ValueError>(approximate == "none" || approximate == "tanh", entry_of(call.op).name,
                    ": 'approximate' must be 'none' or 'tanh', got '", approximate, "'");
  return approximate == "none";
}

}  // namespace nucella::rules
