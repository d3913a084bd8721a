#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef mish_op{
    .doc = "x * tanh(softplus(x)).",
    .primitive = "Mish",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()), "mish: expected a floating-point tensor, got ",
                           call.in[0].dtype());
          call.out[0] = ops::mul(call.in[0], ops::tanh(ops::softplus(call.in[0])));
        },
    .samples =
        "f32[2,3]{0.1..2} | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
