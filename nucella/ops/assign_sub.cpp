#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef assign_sub_op{
    .doc = "Subtracts `value` from `variable` in place and returns `variable`.",
    .primitive = "AssignSub",
    .infer = rules::infer_update,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{g[0], ops::neg(ops::cast(g[0], call.in[1].dtype()))};
        },
    .saves = kSavesNone,
    .effect = Effect::kMemory,
    .updates = {1, 2},
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], i32[2,3] | f16[4], f16[4] | i32[0], i32[0] | f64[], f32[] | "
        "!ValueError f32[2,3], f32[3,2] | !ValueError f32[3], f32[] | !TypeError i32[2], f32[2]",
};

}  // namespace nucella
