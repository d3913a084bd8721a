#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv_transpose3d_op{
    .doc =
        "The transposed convolution of `x` (N, C, D, H, W) with `weight` (C, O/group, kd, kh, kw), the "
        "derivative of "
        "conv3d with respect to its input, and `bias` (O,) added if given. `padding` is cut off on both "
        "sides and `output_padding` added behind; `pad_mode` 'same' makes L * stride places of L, 'valid' "
        "cuts "
        "nothing.",
    .primitive = "Conv3DTranspose",
    .compose = [](const Call& call) { call.out[0] = rules::conv_transpose(call, 3); },
    .samples =
        "f32[2,3,3,2,3], f32[3,4,2,3,2], none | f32[1,4,3,2,3], f32[4,2,2,3,2], f32[4]; (2,), (1,), (1,), 2 "
        "| "
        "f32[2,2,3,2,3], f32[2,3,2,3,2], f32[3]; (1,), (1,), (1,), 1, (2,) | f32[1,2,3,2,3], f32[2,3,2,3,2], "
        "none; (2,), (0,), (0,), 1, (1,), 'same' | f32[1,2,3,2,3], f32[2,3,2,3,2], none; (3,), (0,), (0,), "
        "1, (1,), "
        "'valid' | !ValueError f32[2,3,2,3], f32[2,3,2,3,2], none | !ValueError f32[1,3,3,2,3], "
        "f32[2,3,2,3,2], "
        "none | !TypeError f32[1,2,3,2,3], f16[2,3,2,3,2], none | !ValueError f32[1,2,3,2,3], "
        "f32[2,3,2,3,2], "
        "none; (2,), (0,), (2,) | !ValueError f32[1,2,3,2,3], f32[2,3,2,3,2], f32[4]",
};

}  // namespace nucella
