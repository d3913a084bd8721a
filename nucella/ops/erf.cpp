#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef erf_op{
    .doc = "Gauss error function. Integers and bool give float32.",
    .primitive = "Erf",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          const Tensor slope =
              ops::mul(ops::exp(ops::neg(ops::square(x))), rules::constant(1.1283791670955126, x));
          return Tensors{ops::mul(g[0], slope)};  // 2 / sqrt(pi) * exp(-x^2)
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
