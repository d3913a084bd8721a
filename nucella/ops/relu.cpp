#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef relu_op{
    .doc = "The larger of `x` and 0.",
    .primitive = "ReLU",
    .infer = rules::infer_same_numeric,
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::relu_grad(g[0], call.out[0])}; },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[4] | u8[3] | !TypeError bool[2]",
};

}  // namespace nucella
