#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv3d_op{
    .doc =
        "Correlates `x` (N, C, D, H, W) with `weight` (O, C/group, kd, kh, kw) and adds `bias` (O,) if "
        "given. "
        "`pad_mode` 'same' makes ceil(D/stride) slices, 'valid' pads nothing, 'pad' takes `padding` (front, "
        "back, top, bottom, left, right). All sizes may be one number for the three axes.",
    .primitive = "Conv3D",
    .infer = [](const Call& call, std::span<Meta> out) { rules::infer_conv(call, out, 3); },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return rules::conv_vjp(call, g, rules::kConv3d); },
    .saves = saves_in({0, 1}),
    .samples =
        "f32[2,3,4,5,4], f32[4,3,2,3,2], none | f32[1,4,4,5,5], f32[4,2,3,2,3], f32[4]; (2, 1, 2), 'same', "
        "(0,), (1,), 2 | f32[1,2,4,5,5], f32[3,2,2,2,2], f32[3]; (1, 2, 1), 'pad', (1, 0, 2, 1, 0, 1), (2, "
        "1, 1), 1 | f32[0,2,3,5,5], f32[3,2,2,2,2], none | !ValueError f32[2,3,5,5], f32[3,2,2,2,2], none | "
        "!RuntimeError f32[1,3,5,5,5], f32[3,2,2,2,2], none | !TypeError f32[1,2,5,5,5], f16[3,2,2,2,2], "
        "none | !ValueError f32[1,2,5,5,5], f32[3,2,2,6,2], none | !ValueError f32[1,2,5,5,5], "
        "f32[3,2,2,2,2], none; (1, 1)",
};

}  // namespace nucella
