#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef logical_or_op{
    .doc =
        "Logical or of two tensors, element by element, with broadcasting; numbers count as true unless "
        "0.",
    .primitive = "LogicalOr",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples = rules::kLogicalSamples,
};

}  // namespace nucella
