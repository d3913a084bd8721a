#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef frac_op{
    .doc = "x - trunc(x).",
    .compose =
        [](const Call& call) {
          check<TypeError>(call.in[0].dtype() != bool_, "frac: expected a tensor of numbers, got Bool");
          call.out[0] = call.in[0] - ops::trunc(call.in[0]);
        },
    .samples =
        "f32[2,3]{1.1..1.9} | f32[0,3] | f32[]{0.1..0.9} | i32[3] | f16[5]{0.1..0.9} | !TypeError bool[2]",
};

}  // namespace nucella
