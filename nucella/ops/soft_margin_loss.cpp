#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef soft_margin_loss_op{
    .doc =
        "log(1 + exp(-target * x)) for targets of 1 and -1. The losses are averaged, summed or left alone by "
        "`reduction` 'mean', 'sum' or 'none'.",
    .primitive = "SoftMarginLoss",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "soft_margin_loss");
          call.out[0] = rules::reduce_losses(call, ops::softplus(-(target * x)), call.attrs[0]);
        },
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3]; 'sum' | f32[0,3], f32[3]; 'none' | f16[4], f16[4] | "
        "!ValueError f32[2], f32[2]; 'max' | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
