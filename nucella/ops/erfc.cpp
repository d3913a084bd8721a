#include <cmath>
#include <numbers>

#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef erfc_op{
    .doc = "1 - erf(x), exact for large `x`. Integers and bool give float32.",
    .primitive = "Erfc",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::mul(ops::mul(g[0], rules::constant(-2 / std::sqrt(std::numbers::pi), g[0])),
                                  ops::exp(ops::neg(ops::square(call.in[0]))))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
