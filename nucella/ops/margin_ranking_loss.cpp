#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef margin_ranking_loss_op{
    .doc =
        "max(0, -target * (x1 - x2) + margin) for targets of 1 and -1. The losses are averaged, summed or "
        "left alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x1 = call.in[0], &x2 = call.in[1], &target = call.in[2];
          rules::check_floating(call, x1, "x1");
          broadcast_shapes(broadcast_shapes(x1.shape(), x2.shape(), "margin_ranking_loss"), target.shape(),
                           "margin_ranking_loss");
          call.out[0] = rules::reduce_losses(
              call, ops::relu(-target * (x1 - x2) + call.attrs[0].as<double>()), call.attrs[1]);
        },
    .samples =
        "f32[2,3]{-2..-1}, f32[2,3]{1..2}, f32[2,3]{1..1} | f32[2,3]{1..2}, f32[3]{-2..-1}, f32[3]{-1..-1}; "
        "0.5, 'sum' | f32[0,3], f32[3], f32[3]; 0.0, 'none' | f16[4]{-2..-1}, f16[4]{1..2}, f16[4]{1..1} | "
        "!ValueError f32[2], f32[2], f32[2]; 0.0, 'max' | !TypeError i32[2], i32[2], i32[2]",
};

}  // namespace nucella
