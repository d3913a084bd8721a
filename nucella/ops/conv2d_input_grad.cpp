#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv2d_input_grad_op{
    .doc =
        "The gradient of conv2d with respect to its input of shape `input_shape`, from that of its output.",
    .primitive = "Conv2DBackpropInput",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv_input_grad(call, out, 2); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_input_grad_vjp(call, g, rules::kConv2d); },
    .samples =
        "f32[2,4,3,5], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (2, 3, 5, 6) | "
        "f32[1,4,3,6], f32[4,2,3,3]; (2, 1), 'same', (0, 0, 0, 0), (1, 1), 2, (1, 4, 6, 6) | "
        "f32[2,3,4,4], f32[3,2,2,2]; (1, 2), 'pad', (1, 0, 2, 1), (2, 1), 1, (2, 2, 5, 5) | "
        "f32[0,4,3,5], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (0, 3, 5, 6) | "
        "!ValueError f32[2,4,3,4], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (2, 3, 5, 6)",
};

}  // namespace nucella
