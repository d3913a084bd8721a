#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef abs_op{
    .doc = "Absolute value.",
    .primitive = "Abs",
    .infer = rules::infer_same_numeric,
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::mul(g[0], ops::sign(call.in[0]))}; },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[4] | u8[3] | !TypeError bool[2]",
};

}  // namespace nucella
