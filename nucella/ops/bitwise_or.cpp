#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bitwise_or_op{
    .doc = "The or of the bits of two integers, or of two bools, with broadcasting.",
    .primitive = "BitwiseOr",
    .infer = rules::infer_bitwise,
    .elementwise = true,
    .promotes = true,
    .samples =
        "i32[2,3], i32[2,3] | u8[2,3], u8[3] | bool[2,3], bool[2,3] | i64[0,3], i64[3] | i8[], i8[4] "
        "| i32[9], bool[9] | !ValueError i32[2,3], i32[2,4] | !TypeError f32[2], f32[2] | !TypeError "
        "i32[2], f32[2]",
};

}  // namespace nucella
