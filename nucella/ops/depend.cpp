#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef depend_op{
    .doc = "Returns `value` itself; in a graph, whatever made `expr` runs before whoever uses the result.",
    .primitive = "Depend",
    .infer = rules::infer_same,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          Tensors grads(call.in.size());
          grads[0] = g[0];
          return grads;
        },
    .saves = kSavesNone,
    .view = [](const Call& call) { return call.in[0]; },
    .samples = "f32[2,3], f32[4] | f32[2], f32[3], f32[4]",
};

}  // namespace nucella
