#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef binary_cross_entropy_op{
    .doc =
        "-weight * (target * log(x) + (1 - target) * log(1 - x)) for probabilities `x`; logarithms "
        "are not taken below -100. The losses are averaged, summed or left alone by `reduction` "
        "'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1], &weight = call.in[2];
          check<TypeError>(is_floating(x.dtype()),
                           "binary_cross_entropy: expected a floating-point tensor, got ", x.dtype());
          rules::check_shape(call, "target", target.shape(), x.shape());
          const Tensor one = rules::constant(1, x), least = rules::constant(-100, x);
          const Tensor yes = ops::mul(target, ops::maximum(ops::log(x), least));
          const Tensor no = ops::mul(ops::sub(one, target), ops::maximum(ops::log(ops::sub(one, x)), least));
          Tensor losses = ops::neg(ops::add(yes, no));
          if (weight.defined()) losses = ops::mul(losses, weight);
          call.out[0] = rules::reduce_losses(call, losses, call.attrs[0]);
        },
    .samples =
        "f32[2,3]{0.2..0.8}, f32[2,3]{0..1}, none | f32[4]{0.2..0.8}, f32[4]{0..1}, f32[4]; 'none' | "
        "f32[2,3]{0.2..0.8}, f32[2,3]{0..1}, f32[3]; 'sum' | !ValueError f32[2], f32[3], none | "
        "!ValueError f32[2]{0.2..0.8}, f32[2], none; 'max' | !TypeError i32[2], i32[2], none",
};

}  // namespace nucella
