#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef selu_op{
    .doc = "scale * (max(x, 0) + min(alpha * (exp(x) - 1), 0)) with the constants of Klambauer et al., 2017.",
    .primitive = "SeLU",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          constexpr double kAlpha = 1.6732632423543772848170429916717,
                           kScale = 1.0507009873554804934193349852946;
          call.out[0] = kScale * ops::elu(x, kAlpha);
        },
    .samples =
        "f32[2,3]{0.1..2} | f32[2,3]{-2..-0.1} | f32[0,3] | f32[]{0.1..2} | f16[5]{0.1..2} | !TypeError "
        "i32[2]",
};

}  // namespace nucella
