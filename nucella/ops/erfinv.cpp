#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef erfinv_op{
    .doc =
        "The inverse of erf() on (-1, 1); infinite at its ends, NaN outside. Integers and bool give float32.",
    .primitive = "Erfinv",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor slope =
              ops::mul(ops::exp(ops::square(call.out[0])), rules::constant(0.886226925452758, g[0]));
          return Tensors{ops::mul(g[0], slope)};  // sqrt(pi) / 2 * exp(y^2)
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples =
        "f32[2,3]{-0.9..0.9} | f32[0,3] | f32[]{-0.5..0.5} | f16[5]{-0.9..0.9} | i32[3]{0..0} | bool[2]",
};

}  // namespace nucella
