#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef celu_op{
    .doc = "max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0). ValueError for an `alpha` of 0.",
    .primitive = "CeLU",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const double alpha = call.attrs[0].as<double>();
          rules::check_floating(call, x, "x");
          check<ValueError>(alpha != 0, "celu: 'alpha' must not be 0");
          const Tensor positive = x > 0, low = ops::where(positive, rules::constant(0, x), x);
          call.out[0] = ops::where(positive, x, alpha * ops::expm1(low / alpha));
        },
    .samples =
        "f32[2,3]{0.1..2}; 0.5 | f32[2,3]{-2..-0.1}; 2.0 | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | "
        "!ValueError f32[2]; 0.0 | !TypeError i32[2]",
};

}  // namespace nucella
