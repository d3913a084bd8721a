#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef mse_loss_op{
    .doc =
        "Squared distance of `x` from `target`, broadcast. The losses are averaged, summed or left "
        "alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          check<TypeError>(is_floating(call.in[0].dtype()),
                           "mse_loss: expected a floating-point tensor, got ", call.in[0].dtype());
          broadcast_shapes(call.in[0].shape(), call.in[1].shape(), "mse_loss");
          call.out[0] =
              rules::reduce_losses(call, ops::square(ops::sub(call.in[0], call.in[1])), call.attrs[0]);
        },
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3]; 'sum' | f32[4], f32[4]; 'none' | f16[5], f16[5] | "
        "!ValueError f32[2], f32[2]; 'max' | !ValueError f32[2], f32[3] | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
