#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef logical_and_op{
    .doc =
        "Logical and of two tensors, element by element, with broadcasting; numbers count as true unless "
        "0.",
    .primitive = "LogicalAnd",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples = rules::kLogicalSamples,
};

}  // namespace nucella
