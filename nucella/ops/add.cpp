#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef add_op{
    .doc = "Sum of two tensors, element by element, with broadcasting. On bool it is the logical or.",
    .primitive = "Add",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{rules::unbroadcast(g[0], call.in[0]), rules::unbroadcast(g[0], call.in[1])};
        },
    .saves = kSavesNone,
    .elementwise = true,
    .promotes = true,
    .samples = rules::kBinarySamples,
};

}  // namespace nucella
