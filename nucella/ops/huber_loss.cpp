#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef huber_loss_op{
    .doc =
        "With d = |x - target|: d^2 / 2 where d < `delta`, delta * (d - delta / 2) elsewhere (Huber, 1964). "
        "The losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "huber_loss");
          const double delta = call.attrs[0].as<double>();
          check<ValueError>(delta > 0, "huber_loss: 'delta' must be > 0, got ", delta);
          const Tensor distance = ops::abs(x - target),
                       near = ops::minimum(distance, rules::constant(delta, distance));
          // Both branches as one formula: near * (d - near / 2).
          call.out[0] = rules::reduce_losses(call, near * (distance - 0.5 * near), call.attrs[1]);
        },
    .samples =
        "f32[2,3]{1..1.4}, f32[2,3]{0.5..0.8} | f32[4]{2..3}, f32[4]{-1..0}; 0.5, 'sum' | f32[2,3]{2..3}, "
        "f32[3]{-1..0}; 2.0, 'none' | !ValueError f32[2], f32[2]; 0.0 | !ValueError f32[2], f32[2]; 1.0, "
        "'max' | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
