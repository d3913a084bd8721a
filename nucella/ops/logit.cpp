#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logit_op{
    .doc = "log(x / (1 - x)), with x first brought into [eps, 1 - eps] unless `eps` is negative.",
    .primitive = "Logit",
    .compose =
        [](const Call& call) {
          Tensor x = call.in[0];
          rules::check_floating(call, x, "x");
          const double eps = call.attrs[0].as<double>();
          if (eps >= 0) x = ops::clamp(x, rules::constant(eps, x), rules::constant(1 - eps, x));
          call.out[0] = ops::log(x / (1.0 - x));
        },
    .samples =
        "f32[2,3]{0.1..0.9} | f32[2,3]{0.2..0.8}; 0.01 | f32[0,3] | f32[]{0.1..0.9} | f16[5]{0.1..0.9} | "
        "!TypeError i32[2]",
};

}  // namespace nucella
