#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef softshrink_op{
    .doc = "x brought nearer to 0 by `lambd`, at most to 0.",
    .primitive = "SoftShrink",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          const double lambd = call.attrs[0].as<double>();
          call.out[0] = ops::relu(x - lambd) - ops::relu(-x - lambd);
        },
    .samples =
        "f32[2,3]{1..2}; 0.5 | f32[2,3]{0.1..0.4} | f32[2,3]{-2..-1} | f32[0,3] | f32[]{1..2} | f16[5]{1..2} "
        "| !TypeError i32[2]",
};

}  // namespace nucella
