#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef equal_op{
    .doc = "`x == y`, element by element, with broadcasting; a bool tensor.",
    .primitive = "Equal",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples = rules::kCompareSamples,
};

}  // namespace nucella
