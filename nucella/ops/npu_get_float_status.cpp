#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef npu_get_float_status_op{
    .doc =
        "Writes into `status` what has happened on any thread since the last clearing: 1 for an "
        "overflow, an invalid operation or a division by zero in the elements 0, 1 and 2, else 0. "
        "Returns `status`.",
    .primitive = "NPUGetFloatStatus",
    .infer = rules::infer_float_status,
    .effect = Effect::kMemory,
    .updates = {1, 1},
    .overwrites = true,
    .samples = "f32[8] | !ValueError f32[7] | !TypeError f16[8]",
};

}  // namespace nucella
