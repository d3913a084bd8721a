#include "nucella/ops/checks.h"
#include "nucella/ops/gelu_rules.h"

namespace nucella {

extern constinit const OpDef gelu_grad_op{
    .doc =
        "`grad` times the derivative of gelu at `x`. It has no gradient itself: that of gelu is spelled in "
        "other ops for whoever differentiates again.",
    .primitive = "GeLUGrad",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &grad = call.in[0], &x = call.in[1];
          rules::is_exact_gelu(call, call.attrs[0]);
          rules::check_floating(call, x, "x");
          rules::check_same_dtype(call, "grad", grad, "x", x);
          rules::check_shape(call, "grad", grad.shape(), x.shape());
          rules::infer_same(call, out);
        },
    .elementwise = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[2,3]; 'tanh' | f32[70], f32[70]{-6..6} | f32[0,3], f32[0,3] | "
        "f32[], f32[] | f16[5], f16[5]; 'tanh' | !ValueError f32[2], f32[2]; 'exact' | !ValueError f32[2], "
        "f32[3] | !TypeError f32[2], f16[2]",
};

}  // namespace nucella
