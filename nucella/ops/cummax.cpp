#include "nucella/ops/extreme_rules.h"

namespace nucella {

extern constinit const OpDef cummax_op{
    .doc =
        "The largest element along `axis` up to each one, and where the last of these stands (int64). Behind "
        "a NaN all are NaN.",
    .primitive = "Cummax",
    .infer = rules::infer_running_extreme,
    .vjp = rules::running_extreme_vjp,
    .saves = saves_out({1}),
    .samples =
        "f32[5]; 0 | f32[2,3]; 0 | f32[2,3]; -1 | f32[2,3,4]; 1 | i32[9]{0..2}; 0 | f32[0,3]; 0 | f16[6]; 0 "
        "| !ValueError f32[2]; 1 | !ValueError f32[]; 0 | !TypeError bool[2]; 0",
};

}  // namespace nucella
