#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logaddexp_op{
    .doc = "log(exp(x) + exp(y)), with broadcasting, without overflow.",
    .primitive = "LogAddExp",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          rules::check_floating(call, x, "x");
          rules::check_floating(call, y, "y");
          broadcast_shapes(x.shape(), y.shape(), "logaddexp");
          const Tensor large = ops::maximum(x, y);
          // Equal infinities have no difference, but a sum.
          const Tensor same = ops::equal(x, y),
                       gap = ops::where(same, rules::constant(0, large), ops::abs(x - y));
          call.out[0] = large + ops::log1p(ops::exp(-gap));
        },
    .samples =
        "f32[2,3]{1..2}, f32[2,3]{0.1..0.9} | f32[2,1]{1..2}, f32[3]{0.1..0.9} | f32[0,3], f32[3] | "
        "f16[5]{1..2}, f16[5]{0.1..0.9} | !ValueError f32[2], f32[3] | !TypeError i32[2], f32[2]",
};

}  // namespace nucella
