#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef smooth_l1_loss_op{
    .doc =
        "d^2 / (2 beta) where the distance d of `x` from `target` is below `beta`, d - beta / 2 "
        "elsewhere. The losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or "
        "'none'.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [beta, reduction] = unpack<double, std::string>(call.attrs);
          check<TypeError>(is_floating(x.dtype()), "smooth_l1_loss: expected a floating-point tensor, got ",
                           x.dtype());
          check<ValueError>(beta > 0, "smooth_l1_loss: 'beta' must be > 0, got ", beta);
          broadcast_shapes(x.shape(), call.in[1].shape(), "smooth_l1_loss");
          const Tensor distance = ops::abs(ops::sub(x, call.in[1]));
          // near = min(d, beta) makes both branches one formula: near * (d - near / 2) / beta.
          const Tensor near = ops::minimum(distance, rules::constant(beta, x));
          const Tensor rest = ops::sub(distance, ops::mul(near, rules::constant(0.5, x)));
          call.out[0] = rules::reduce_losses(
              call, ops::mul(ops::mul(near, rest), rules::constant(1 / beta, x)), call.attrs[1]);
        },
    .samples =
        "f32[2,3]{1..1.4}, f32[2,3]{0.5..0.8} | f32[4]{2..3}, f32[4]{-1..0}; 0.5, 'mean' | "
        "f32[2,3]{2..3}, f32[3]{-1..0}; 2.0, 'sum' | !ValueError f32[2], f32[2]; 0.0 | !ValueError "
        "f32[2], f32[2]; 1.0, 'max' | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
