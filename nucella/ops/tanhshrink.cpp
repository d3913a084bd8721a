#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef tanhshrink_op{
    .doc = "x - tanh(x).",
    .compose =
        [](const Call& call) {
          rules::check_floating(call, call.in[0], "x");
          call.out[0] = call.in[0] - ops::tanh(call.in[0]);
        },
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | !TypeError i32[2]",
};

}  // namespace nucella
