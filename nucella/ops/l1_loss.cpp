#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef l1_loss_op{
    .doc =
        "Absolute distance of `x` from `target`, broadcast. The losses are averaged, summed or left "
        "alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()), "l1_loss: expected a floating-point tensor, got ",
                           call.in[0].dtype());
          broadcast_shapes(call.in[0].shape(), call.in[1].shape(), "l1_loss");
          call.out[0] = rules::reduce_losses(call, ops::abs(ops::sub(call.in[0], call.in[1])), call.attrs[0]);
        },
    .samples =
        "f32[2,3]{1..2}, f32[2,3]{-2..-1} | f32[2,3]{1..2}, f32[3]{-2..-1}; 'sum' | f32[4]{1..2}, "
        "f32[4]{-2..-1}; 'none' | !ValueError f32[2], f32[2]; 'max' | !ValueError f32[2], f32[3] | "
        "!TypeError i32[2], i32[2]",
};

}  // namespace nucella
