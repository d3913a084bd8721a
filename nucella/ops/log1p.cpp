#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef log1p_op{
    .doc = "log(1 + x), exact near 0. Integers and bool give float32.",
    .primitive = "Log1p",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::div(g[0], ops::add(call.in[0], rules::constant(1, g[0])))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3]{-0.5..2} | f32[0,3] | f32[]{-0.5..2} | f16[5]{-0.5..2} | i32[3]{0..9} | bool[2]",
};

}  // namespace nucella
