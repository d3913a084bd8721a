#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef elu_op{
    .doc = "x where it is positive, `alpha` * (exp(x) - 1) elsewhere.",
    .primitive = "Elu",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()), "elu: expected a floating-point tensor, got ",
                           call.in[0].dtype());
          const Tensor& x = call.in[0];
          const Tensor zero = rules::constant(0, x), positive = ops::greater(x, zero);
          const Tensor low = ops::mul(ops::expm1(ops::where(positive, zero, x)),
                                      rules::constant(call.attrs[0].as<double>(), x));
          call.out[0] = ops::where(positive, x, low);
        },
    .samples =
        "f32[2,3]{0.1..2}; 0.5 | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
