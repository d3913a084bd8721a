#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef greater_equal_op{
    .doc = "`x >= y`, element by element, with broadcasting; a bool tensor.",
    .primitive = "GreaterEqual",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[2,1], f32[3] | f32[0,3], f32[3] | f32[], f32[4] "
        "| i32[9]{0..3}, i32[9]{0..3} | bool[4], bool[4] | f16[5], f32[5] | !ValueError f32[2,3], "
        "f32[2,4] | !TypeError u16[2], i32[2]",
};

}  // namespace nucella
