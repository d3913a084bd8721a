#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv3d_input_grad_op{
    .doc =
        "The gradient of conv3d with respect to its input of shape `input_shape`, from that of its output.",
    .primitive = "Conv3DBackpropInput",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv_input_grad(call, out, 3); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_input_grad_vjp(call, g, rules::kConv3d); },
    .samples =
        "f32[2,4,3,3,3], f32[4,3,2,3,2]; (1,), 'valid', (0,), (1,), 1, (2, 3, 4, 5, 4) | "
        "f32[1,4,2,5,3], f32[4,2,3,2,3]; (2, 1, 2), 'same', (0,), (1,), 2, (1, 4, 4, 5, 5) | "
        "f32[0,4,3,3,3], f32[4,3,2,3,2]; (1,), 'valid', (0,), (1,), 1, (0, 3, 4, 5, 4) | "
        "!ValueError f32[2,4,3,3,4], f32[4,3,2,3,2]; (1,), 'valid', (0,), (1,), 1, (2, 3, 4, 5, 4)",
};

}  // namespace nucella
