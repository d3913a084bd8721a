#include <cmath>

#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef xlogy_op{
    .doc = "x * log(y), and 0 where x is 0, with broadcasting.",
    .primitive = "Xlogy",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          check<TypeError>(is_floating(x.dtype()) || is_floating(y.dtype()),
                           "xlogy: expected a floating-point tensor, got ", x.dtype(), " and ", y.dtype());
          broadcast_shapes(x.shape(), y.shape(), "xlogy");
          const Tensor no_number = ops::logical_or(ops::less_equal(y, rules::constant(0, y)),
                                                   ops::equal(y, rules::constant(HUGE_VAL, y)));
          // No logarithm of 0 may enter, or its slope would make a gradient NaN.
          const Tensor none = ops::logical_and(ops::equal(x, rules::constant(0, x)), no_number);
          call.out[0] = x * ops::log(ops::where(none, rules::constant(1, y), y));
        },
    .samples =
        "f32[2,3]{0.1..2}, f32[2,3]{0.1..2} | f32[2,1]{0.1..2}, f32[3]{0.1..2} | f32[0,3], f32[3] | "
        "f16[5]{0.1..2}, f16[5]{0.1..2} | !ValueError f32[2], f32[3] | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
