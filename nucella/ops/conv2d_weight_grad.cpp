#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv2d_weight_grad_op{
    .doc =
        "The gradients of conv2d with respect to its weight of shape `weight_shape` and its bias, from that "
        "of its output. Without `has_bias` the second result has shape (0,).",
    .primitive = "Conv2DBackpropFilter",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv_weight_grad(call, out, 2); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_weight_grad_vjp(call, g, rules::kConv2d); },
    .samples =
        "f32[2,3,5,6], f32[2,4,3,5]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), False | "
        "f32[1,4,6,6], f32[1,4,3,6]; (2, 1), 'same', (0, 0, 0, 0), (1, 1), 2, (4, 2, 3, 3), True | "
        "f32[2,2,5,5], f32[2,3,4,4]; (1, 2), 'pad', (1, 0, 2, 1), (2, 1), 1, (3, 2, 2, 2), True | "
        "f32[0,3,5,6], f32[0,4,3,5]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), True | "
        "!ValueError f32[2,3,5,6], f32[2,4,3,4]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), "
        "False",
};

}  // namespace nucella
