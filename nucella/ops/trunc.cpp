#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef trunc_op{
    .doc = "`x` without its fraction. Integers stay as they are; no gradient flows.",
    .primitive = "Trunc",
    .infer = rules::infer_same_numeric,
    .elementwise = true,
    .samples = "f32[2,3]{-9..9} | f32[0,3] | f32[] | f16[5]{-9..9} | i32[4] | !TypeError bool[2]",
};

}  // namespace nucella
