#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef npu_alloc_float_status_op{
    .doc = "A place for the floating-point status: float32 zeros of shape (8,).",
    .primitive = "NPUAllocFloatStatus",
    .infer =
        [](const Call&, std::span<Meta> out) {
          out[0] = {float32, {8}};
        },
    .samples = "()",
};

}  // namespace nucella
