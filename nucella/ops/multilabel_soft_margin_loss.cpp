#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef multilabel_soft_margin_loss_op{
    .doc =
        "The mean over the classes (last axis) of the binary cross entropy of sigmoid(x), times the weight "
        "of each class. The losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or "
        "'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "multilabel_soft_margin_loss");

          const Tensor& weight = call.in[2];
          check<ValueError>(x.ndim() > 0,
                            "multilabel_soft_margin_loss: expected at least one dimension, got a scalar");
          Tensor losses = target * ops::softplus(-x) + (1.0 - target) * ops::softplus(x);
          if (weight.defined()) losses = losses * weight;
          call.out[0] = rules::reduce_losses(call, ops::reduce_mean(losses, {-1}), call.attrs[0]);
        },
    .samples =
        "f32[2,3], f32[2,3]{0..1}, none | f32[2,3], f32[2,3]{0..1}, f32[3]; 'sum' | f32[0,3], f32[0,3], "
        "none; 'none' | f16[4], f16[4]{0..1}, none | !ValueError f32[2], f32[2], none; 'max' | !ValueError "
        "f32[], f32[], none | !TypeError i32[2], i32[2], none",
};

}  // namespace nucella
