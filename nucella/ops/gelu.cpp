#include <cmath>
#include <numbers>

#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gelu_op{
    .doc =
        "x * Phi(x), Phi being the distribution function of the normal distribution: exactly for "
        "`approximate` 'none', by tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) for 'tanh' (Hendrycks and "
        "Gimpel, 2016).",
    .primitive = "GeLU",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const std::string& approximate = call.attrs[0].as<std::string>();
          check<ValueError>(approximate == "none" || approximate == "tanh",
                            "gelu: 'approximate' must be 'none' or 'tanh', got '", approximate, "'");
          check<TypeError>(is_floating(x.dtype()), "gelu: expected a floating-point tensor, got ", x.dtype());
          Tensor inner;
          if (approximate == "none") {
            inner = ops::erf(ops::mul(x, rules::constant(std::numbers::sqrt2 / 2, x)));
          } else {
            const Tensor cubic = ops::mul(ops::mul(ops::square(x), x), rules::constant(0.044715, x));
            inner =
                ops::tanh(ops::mul(ops::add(x, cubic), rules::constant(std::sqrt(2 / std::numbers::pi), x)));
          }
          const Tensor half = ops::mul(x, rules::constant(0.5, x));
          call.out[0] = ops::mul(half, ops::add(inner, rules::constant(1, x)));
        },
    .samples =
        "f32[2,3] | f32[2,3]; 'tanh' | f32[0,3] | f32[] | f16[5]; 'tanh' | !ValueError f32[2]; "
        "'exact' | !TypeError i32[2]",
};

}  // namespace nucella
