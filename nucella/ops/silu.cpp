#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef silu_op{
    .doc = "x * sigmoid(x).",
    .primitive = "SiLU",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()), "silu: expected a floating-point tensor, got ",
                           call.in[0].dtype());
          call.out[0] = ops::mul(call.in[0], ops::sigmoid(call.in[0]));
        },
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | !TypeError i32[2]",
};

}  // namespace nucella
