#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv3d_weight_grad_op{
    .doc =
        "The gradients of conv3d with respect to its weight of shape `weight_shape` and its bias, from that "
        "of its output. Without `has_bias` the second result has shape (0,).",
    .primitive = "Conv3DBackpropFilter",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv_weight_grad(call, out, 3); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_weight_grad_vjp(call, g, rules::kConv3d); },
    .samples =
        "f32[2,3,4,5,4], f32[2,4,3,3,3]; (1,), 'valid', (0,), (1,), 1, (4, 3, 2, 3, 2), False | "
        "f32[1,4,4,5,5], f32[1,4,2,5,3]; (2, 1, 2), 'same', (0,), (1,), 2, (4, 2, 3, 2, 3), True | "
        "f32[0,3,4,5,4], f32[0,4,3,3,3]; (1,), 'valid', (0,), (1,), 1, (4, 3, 2, 3, 2), True | "
        "!ValueError f32[2,3,4,5,4], f32[2,4,3,3,4]; (1,), 'valid', (0,), (1,), 1, (4, 3, 2, 3, 2), False",
};

}  // namespace nucella
