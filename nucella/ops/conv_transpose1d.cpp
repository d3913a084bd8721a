#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv_transpose1d_op{
    .doc =
        "The transposed convolution of `x` (N, C, L) with `weight` (C, O/group, k), the derivative of "
        "conv1d with respect to its input, and `bias` (O,) added if given. `padding` is cut off on both "
        "sides and `output_padding` added behind; `pad_mode` 'same' makes L * stride places of L, 'valid' "
        "cuts "
        "nothing.",
    .primitive = "Conv1DTranspose",
    .compose =
        [](const Call& call) {
          const auto& [stride, padding, extra, group, dilation, pad_mode] =
              unpack<Ints, Ints, Ints, int64_t, Ints, std::string>(call.attrs);
          rules::check_transpose(call, 1);
          const auto [before, after] = padding_along(padding, 0, 1);
          const Tensor y = ops::conv_transpose2d(
              ops::expand_dims(call.in[0], 2), ops::expand_dims(call.in[1], 2), call.in[2], {1, stride[0]},
              {0, 0, before, after}, {0, extra[0]}, group, {1, dilation[0]}, pad_mode);
          call.out[0] = ops::squeeze(y, {2});
        },
    .samples =
        "f32[2,3,6], f32[3,4,3], none | f32[1,4,6], f32[4,2,3], f32[4]; (2,), (1,), (1,), 2 | "
        "f32[2,2,6], f32[2,3,3], f32[3]; (1,), (1,), (1,), 1, (2,) | f32[1,2,6], f32[2,3,3], "
        "none; (2,), (0,), (0,), 1, (1,), 'same' | f32[1,2,6], f32[2,3,3], none; (3,), (0,), (0,), 1, (1,), "
        "'valid' | !ValueError f32[2,6], f32[2,3,3], none | !ValueError f32[1,3,6], f32[2,3,3], "
        "none | !TypeError f32[1,2,6], f16[2,3,3], none | !ValueError f32[1,2,6], f32[2,3,3], "
        "none; (2,), (0,), (2,) | !ValueError f32[1,2,6], f32[2,3,3], f32[4]",
};

}  // namespace nucella
