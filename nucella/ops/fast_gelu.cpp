#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef fast_gelu_op{
    .doc = "x / (1 + exp(-1.702 |x|)) * exp(0.851 (x - |x|)), an approximation of gelu().",
    .primitive = "FastGeLU",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          const Tensor size = ops::abs(x);
          call.out[0] = x / (1.0 + ops::exp(-1.702 * size)) * ops::exp(0.851 * (x - size));
        },
    .samples =
        "f32[2,3]{0.1..2} | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..1} | f16[5]{0.1..1} | !TypeError "
        "i32[2]",
};

}  // namespace nucella
