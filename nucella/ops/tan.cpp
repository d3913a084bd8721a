#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef tan_op{
    .doc = "Tangent of `x` in radians. Integers and bool give float32.",
    .primitive = "Tan",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::mul(g[0], ops::add(rules::constant(1, g[0]), ops::square(call.out[0])))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3]{-1..1} | f32[0,3] | f32[] | f16[5]{-1..1} | i32[3]{-1..1} | bool[2]",
};

}  // namespace nucella
