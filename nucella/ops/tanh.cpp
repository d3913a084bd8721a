#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef tanh_op{
    .doc = "Hyperbolic tangent. Integers and bool give float32.",
    .primitive = "Tanh",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& y = call.out[0];
          return Tensors{ops::mul(g[0], ops::sub(rules::constant(1, y), ops::square(y)))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
