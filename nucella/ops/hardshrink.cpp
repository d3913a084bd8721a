#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hardshrink_op{
    .doc = "x where |x| > `lambd`, 0 elsewhere.",
    .primitive = "HShrink",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          call.out[0] = ops::where(ops::abs(x) > call.attrs[0].as<double>(), x, rules::constant(0, x));
        },
    .samples =
        "f32[2,3]{1..2}; 0.5 | f32[2,3]{0.1..0.4} | f32[0,3] | f32[]{1..2} | f16[5]{1..2} | !TypeError "
        "i32[2]",
};

}  // namespace nucella
