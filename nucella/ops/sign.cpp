#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef sign_op{
    .doc = "-1, 0 or 1 by the sign of `x`; NaN for NaN.",
    .primitive = "Sign",
    .infer = rules::infer_same_numeric,
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[4]{-1..1} | u8[3] | !TypeError bool[2]",
};

}  // namespace nucella
