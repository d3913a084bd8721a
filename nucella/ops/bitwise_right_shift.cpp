#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bitwise_right_shift_op{
    .doc =
        "floor(x / 2^y), with broadcasting; shifts beyond the bits, or negative ones, give 0, or -1 for "
        "negative x.",
    .primitive = "RightShift",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          check<TypeError>(call.in[0].dtype() != bool_,
                           "bitwise_right_shift: expected tensors of integers, got Bool");
          rules::infer_bitwise(call, out);
        },
    .elementwise = true,
    .promotes = true,
    .samples =
        "i32[2,3], i32[2,3] | u8[2,3]{0..200}, u8[3] | i64[0,3], i64[3] | i8[], i8[4] | !ValueError "
        "i32[2,3], i32[2,4] | !TypeError f32[2], f32[2] | !TypeError bool[2], bool[2]",
};

}  // namespace nucella
