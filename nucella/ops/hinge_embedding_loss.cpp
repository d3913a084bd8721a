#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hinge_embedding_loss_op{
    .doc =
        "x where the target is 1, max(0, margin - x) elsewhere. The losses are averaged, summed or left "
        "alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "hinge_embedding_loss");
          const double margin = call.attrs[0].as<double>();
          const Tensor near = ops::equal(target, rules::constant(1, target));
          call.out[0] = rules::reduce_losses(call, ops::where(near, x, ops::relu(margin - x)), call.attrs[1]);
        },
    .samples =
        "f32[2,3]{0.1..0.9}, f32[2,3]{1..1} | f32[2,3]{0.1..0.9}, f32[3]{-1..-1}; 2.0, 'sum' | f32[0,3], "
        "f32[3]; 1.0, 'none' | f16[4]{0.1..0.9}, f16[4]{1..1} | !ValueError f32[2], f32[2]; 1.0, 'max' | "
        "!TypeError i32[2], i32[2]",
};

}  // namespace nucella
