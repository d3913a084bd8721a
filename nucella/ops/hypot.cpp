#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hypot_op{
    .doc = "sqrt(x^2 + y^2), with broadcasting, without overflow between.",
    .primitive = "Hypot",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          rules::check_floating(call, x, "x");
          rules::check_floating(call, y, "y");
          broadcast_shapes(x.shape(), y.shape(), "hypot");
          const Tensor a = ops::abs(x), b = ops::abs(y), large = ops::maximum(a, b),
                       small = ops::minimum(a, b);
          const Tensor none = large == 0, safe = ops::where(none, rules::constant(1, large), large);
          call.out[0] =
              ops::where(none, rules::constant(0, large), large * ops::sqrt(1.0 + ops::square(small / safe)));
        },
    .samples =
        "f32[2,3]{1..2}, f32[2,3]{0.1..0.9} | f32[2,1]{1..2}, f32[3]{0.1..0.9} | f32[0,3], f32[3] | "
        "f16[5]{1..2}, f16[5]{0.1..0.9} | !ValueError f32[2], f32[3] | !TypeError i32[2], f32[2]",
};

}  // namespace nucella
