#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef sub_op{
    .doc =
        "Difference of two tensors, element by element, with broadcasting. On bool it is the exclusive "
        "or.",
    .primitive = "Sub",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{rules::unbroadcast(g[0], call.in[0]),
                         call.wants(1) ? rules::unbroadcast(ops::neg(g[0]), call.in[1]) : Tensor()};
        },
    .saves = kSavesNone,
    .elementwise = true,
    .promotes = true,
    .samples = rules::kBinarySamples,
};

}  // namespace nucella
