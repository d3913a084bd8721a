#include "nucella/ops/extreme_rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef reduce_min_op{
    .doc =
        "Smallest element over the axes in `axis` (all of them when it is empty); NaN if one is. Equal "
        "elements share the gradient.",
    .primitive = "ReduceMin",
    .infer = rules::infer_extreme,
    .vjp = rules::extreme_vjp,
    .samples = rules::kExtremeSamples,
};

}  // namespace nucella
