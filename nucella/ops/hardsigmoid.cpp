#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hardsigmoid_op{
    .doc = "x / 6 + 1/2, brought between 0 and 1.",
    .primitive = "HSigmoid",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "hardsigmoid: expected a floating-point tensor, got ", call.in[0].dtype());
          const Tensor& x = call.in[0];
          const Tensor line = ops::relu6(ops::add(x, rules::constant(3, x)));
          call.out[0] = ops::div(line, rules::constant(6, x));
        },
    .samples = "f32[2,3] | f32[2,3]{3.1..8} | f32[0,3] | f32[] | f16[5] | !TypeError i32[2]",
};

}  // namespace nucella
