#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hardswish_op{
    .doc = "x * hardsigmoid(x).",
    .primitive = "HSwish",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "hardswish: expected a floating-point tensor, got ", call.in[0].dtype());
          call.out[0] = ops::mul(call.in[0], ops::hardsigmoid(call.in[0]));
        },
    .samples = "f32[2,3] | f32[2,3]{3.1..8} | f32[0,3] | f32[] | f16[5] | !TypeError i32[2]",
};

}  // namespace nucella
