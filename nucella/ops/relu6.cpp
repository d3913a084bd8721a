#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef relu6_op{
    .doc = "x brought between 0 and 6.",
    .primitive = "ReLU6",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          call.out[0] = ops::minimum(ops::relu(x), rules::constant(6, x));
        },
    .samples = "f32[2,3]{0.1..5} | f32[2,3]{6.1..8} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | i32[3]",
};

}  // namespace nucella
