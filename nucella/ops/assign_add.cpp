#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef assign_add_op{
    .doc = "Adds `value` to `variable` in place and returns `variable`.",
    .primitive = "AssignAdd",
    .infer = rules::infer_update,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{g[0], ops::cast(g[0], call.in[1].dtype())};
        },
    .saves = kSavesNone,
    .effect = Effect::kMemory,
    .updates = {1, 2},
    .samples = rules::kUpdateSamples,
};

}  // namespace nucella
