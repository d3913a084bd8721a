#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef neg_op{
    .doc = "Minus `x`.",
    .primitive = "Neg",
    .infer = rules::infer_same_numeric,
    .vjp = [](const Call&, std::span<const Tensor> g) { return Tensors{ops::neg(g[0])}; },
    .saves = kSavesNone,
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[4] | u8[3] | !TypeError bool[2]",
};

}  // namespace nucella
