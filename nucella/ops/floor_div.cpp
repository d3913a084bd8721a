#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef floor_div_op{
    .doc =
        "Quotient rounded toward minus infinity, as Python's `//`. Integers divided by 0 give the "
        "largest (0 for 0, smallest for negative) value.",
    .primitive = "FloorDiv",
    .infer = rules::infer_binary,
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3]{0.5..2} | f32[2,3], f32[3]{-2..-0.5} | f32[2,1], f32[3]{0.5..2} | "
        "f32[0,3], f32[3] | f32[], f32[4]{0.5..2} | i32[4], i32[4]{1..5} | i8[4]{-9..9}, "
        "i8[4]{-3..-1} | !ValueError f32[2,3], f32[2,4] | !TypeError u16[2], i32[2] | bool[3], "
        "bool[3]",
};

}  // namespace nucella
