#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef binary_cross_entropy_with_logits_op{
    .doc =
        "As binary_cross_entropy of sigmoid(x), without overflow; `pos_weight` multiplies the part "
        "of the positive class. The losses are averaged, summed or left alone by `reduction` 'mean', "
        "'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1], &weight = call.in[2], &pos_weight = call.in[3];
          check<TypeError>(is_floating(x.dtype()),
                           "binary_cross_entropy_with_logits: expected a floating-point tensor, got ",
                           x.dtype());
          rules::check_shape(call, "target", target.shape(), x.shape());
          // log(sigmoid(x)) = -softplus(-x), log(1 - sigmoid(x)) = -softplus(x).
          Tensor yes = ops::mul(target, ops::softplus(ops::neg(x)));
          if (pos_weight.defined()) yes = ops::mul(yes, pos_weight);
          Tensor losses = ops::add(yes, ops::mul(ops::sub(rules::constant(1, x), target), ops::softplus(x)));
          if (weight.defined()) losses = ops::mul(losses, weight);
          call.out[0] = rules::reduce_losses(call, losses, call.attrs[0]);
        },
    .samples =
        "f32[2,3]{0.1..2}, f32[2,3]{0..1}, none, none | f32[4]{-2..-0.1}, f32[4]{0..1}, f32[4], "
        "none; 'none' | f32[2,3]{0.1..2}, f32[2,3]{0..1}, none, f32[3]{0.5..2}; 'sum' | "
        "f32[2,3]{0.1..2}, f32[2,3]{0..1}, f32[3], f32[3] | !ValueError f32[2], f32[3], none, none | "
        "!ValueError f32[2], f32[2], none, none; 'max' | !TypeError i32[2], i32[2], none, none",
};

}  // namespace nucella
