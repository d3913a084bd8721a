#include "nucella/ops/extreme_rules.h"

namespace nucella {

extern constinit const OpDef reduce_max_op{
    .doc =
        "Largest element over the axes in `axis` (all of them when it is empty); NaN if one is. Equal "
        "elements share the gradient.",
    .primitive = "ReduceMax",
    .infer = rules::infer_extreme,
    .vjp = rules::extreme_vjp,
    .samples =
        "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, "
        "3), False | f32[4,5,6]; (0, 2), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; "
        "(), False | f32[2,3,4]; (0, -1), "
        "False | f32[2,3,4]; (1,), True | f32[]; (), False | f16[70]; (), False | f64[3,5]; (-1,), "
        "False | i32[2,3]; (1,), False | f32[0,3]; (1,), False | !ValueError f32[0,3]; (0,), False | "
        "!ValueError f32[2,3]; (2,), False | !RuntimeError f32[2,3]; (1, 1), False",
};

}  // namespace nucella
