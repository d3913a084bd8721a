#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef leaky_relu_op{
    .doc = "x where it is positive, `alpha` * x elsewhere.",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "leaky_relu: expected a floating-point tensor, got ", call.in[0].dtype());
          const Tensor& x = call.in[0];
          const Tensor low = ops::mul(x, rules::constant(call.attrs[0].as<double>(), x));
          call.out[0] = ops::where(ops::greater(x, rules::constant(0, x)), x, low);
        },
    .samples =
        "f32[2,3]{0.1..2}; 0.1 | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
