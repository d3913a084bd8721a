#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv2d_op{
    .doc =
        "Correlates `x` (N, C, H, W) with `weight` (O, C/group, kh, kw) and adds `bias` (O,) if given. "
        "`pad_mode` 'same' makes ceil(H/stride) rows, 'valid' pads nothing, 'pad' takes `padding` (top, "
        "bottom, left, right). All sizes may be one number for both axes.",
    .primitive = "Conv2D",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv(call, out, 2); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_vjp(call, g, rules::kConv2d); },
    .saves = saves_in({0, 1}),
    .samples =
        "f32[2,3,5,6], f32[4,3,3,2], none | f32[1,4,6,6], f32[4,2,3,3], f32[4]; (2, 1), 'same', (0, 0, 0, "
        "0), (1, "
        "1), 2 | "
        "f32[2,2,5,5], f32[3,2,2,2], f32[3]; (1, 2), 'pad', (1, 0, 2, 1), (2, 1), 1 | "
        "f32[0,2,5,5], f32[3,2,2,2], none | !ValueError f32[2,5,5], f32[3,2,2,2], none | "
        "!RuntimeError f32[1,3,5,5], f32[3,2,2,2], none | !TypeError f32[1,2,5,5], f16[3,2,2,2], none | "
        "!ValueError f32[1,2,5,5], f32[3,2,6,2], none | !ValueError f32[1,2,5,5], f32[3,2,2,2], f32[4]",
};

}  // namespace nucella
