#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef npu_clear_float_status_op{
    .doc = "Forgets what has happened so far and writes zeros into `status`. Returns `status`.",
    .primitive = "NPUClearFloatStatus",
    .infer = rules::infer_float_status,
    .effect = Effect::kMemory,
    .updates = {1, 1},
    .overwrites = true,
    .samples = "f32[8] | !ValueError f32[7] | !TypeError f16[8]",
};

}  // namespace nucella
