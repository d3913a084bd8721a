#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef asin_op{
    .doc = "Arc sine of `x` in [-1, 1], in radians; NaN outside. Integers and bool give float32.",
    .primitive = "Asin",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{
              ops::mul(g[0], ops::rsqrt(ops::sub(rules::constant(1, g[0]), ops::square(call.in[0]))))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples =
        "f32[2,3]{-0.8..0.8} | f32[0,3] | f32[]{-0.8..0.8} | f16[5]{-0.8..0.8} | i32[3]{-1..1} | "
        "bool[2]",
};

}  // namespace nucella
