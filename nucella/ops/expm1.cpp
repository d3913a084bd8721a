#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef expm1_op{
    .doc = "exp(x) - 1, exact near 0. Integers and bool give float32.",
    .primitive = "Expm1",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::mul(g[0], ops::add(call.out[0], rules::constant(1, g[0])))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
