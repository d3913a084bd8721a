#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bitwise_not_op{
    .doc = "The bits of an integer turned over; the logical not of a bool.",
    .primitive = "Invert",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          check<TypeError>(!is_floating(x.dtype()),
                           "bitwise_not: expected a tensor of integers or bool, got ", x.dtype());
          // In two's complement, and modulo 2^n for unsigned numbers, ~x is -x - 1.
          call.out[0] = x.dtype() == bool_
                            ? ops::logical_not(x)
                            : ops::sub(ops::sub(rules::constant(0, x), x), rules::constant(1, x));
        },
    .samples = "i32[2,3] | u8[4] | bool[3] | i64[0,3] | i8[] | !TypeError f32[2]",
};

}  // namespace nucella
