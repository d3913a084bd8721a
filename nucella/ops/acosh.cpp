#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef acosh_op{
    .doc = "Inverse of the hyperbolic cosine, for `x` >= 1; NaN below. Integers and bool give float32.",
    .primitive = "Acosh",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{
              ops::mul(g[0], ops::rsqrt(ops::sub(ops::square(call.in[0]), rules::constant(1, g[0]))))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3]{1.2..3} | f32[0,3] | f32[]{1.2..3} | f16[5]{1.2..3} | i32[3]{1..5}",
};

}  // namespace nucella
