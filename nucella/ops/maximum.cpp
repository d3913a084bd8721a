#include "nucella/ops/extreme_rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef maximum_op{
    .doc =
        "Larger of two tensors, element by element, with broadcasting; NaN if either is. At a tie each "
        "gets half of the gradient.",
    .primitive = "Maximum",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return rules::choice_vjp(call, g[0], ops::greater(call.in[0], call.in[1]));
        },
    .saves = saves_in({0, 1}),
    .elementwise = true,
    .promotes = true,
    .samples = rules::kBinarySamples,
};

}  // namespace nucella
