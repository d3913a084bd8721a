#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef softplus_op{
    .doc = "log(1 + exp(x)), without overflow.",
    .primitive = "Softplus",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "softplus: expected a floating-point tensor, got ", call.in[0].dtype());
          const Tensor& x = call.in[0];
          // -|x|, with the slope of the left side at 0, so that the whole has slope 1/2 there.
          const Tensor below = ops::where(ops::greater(x, rules::constant(0, x)), ops::neg(x), x);
          call.out[0] = ops::add(ops::relu(x), ops::log1p(ops::exp(below)));
        },
    .samples =
        "f32[2,3]{0.1..2} | f32[2]{0..0} | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
