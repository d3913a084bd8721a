#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef softsign_op{
    .doc = "x / (1 + |x|).",
    .primitive = "Softsign",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "softsign: expected a floating-point tensor, got ", call.in[0].dtype());
          const Tensor& x = call.in[0];
          call.out[0] = ops::div(x, ops::add(ops::abs(x), rules::constant(1, x)));
        },
    .samples =
        "f32[2,3]{0.1..2} | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
