#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef assign_op{
    .doc = "Writes `value` into `variable` in place and returns `variable`.",
    .primitive = "Assign",
    .infer = rules::infer_update,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const DType dtype = call.in[1].dtype();
          return Tensors{Tensor(), g[0].dtype() == dtype ? g[0] : ops::cast(g[0], dtype)};
        },
    .saves = kSavesNone,
    .effect = Effect::kMemory,
    .updates = {1, 2},
    .overwrites = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], i32[2,3] | !ValueError f32[2,3], f32[3,2] | !TypeError i32[2], "
        "f32[2]",
};

}  // namespace nucella
