#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef isinf_op{
    .doc = "True where an element is infinite.",
    .primitive = "IsInf",
    .infer = rules::infer_predicate,
    .elementwise = true,
    .samples = "f32[2,3] | f16[4] | i32[3] | f32[0] | f32[] | bool[2]",
};

}  // namespace nucella
