#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef argsort_op{
    .doc =
        "The positions along `axis` in the order of their elements, of dtype int32 or int64. Equal "
        "elements keep their order; NaN counts as largest.",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_order(call, 2, out[0]); },
    .samples =
        "f32[5] | f32[2,6]; -1, True | f32[3,4,2]; 1, False, int64 | i32[9]{0..2}; 0, True | bool[4] "
        "| f16[5] | f32[0,3]; 0 | !ValueError f32[2]; 1 | !ValueError f32[] | !TypeError f32[2]; 0, "
        "False, float32",
};

}  // namespace nucella
