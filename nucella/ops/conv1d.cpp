#include "nucella/ops/conv_rules.h"

namespace nucella {

extern constinit const OpDef conv1d_op{
    .doc =
        "Correlates `x` (N, C, L) with `weight` (O, C/group, k) and adds `bias` (O,) if given. `pad_mode` "
        "'same' makes ceil(L/stride) places, 'valid' pads nothing, 'pad' takes `padding` (before, after).",
    .primitive = "Conv1D",
    .compose =
        [](const Call& call) {
          const auto& [stride, pad_mode, padding, dilation, group] =
              unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
          Meta checked[1];
          rules::infer_conv(call, checked, 1);
          const auto [before, after] = padding_along(padding, 0, 1);
          const Tensor y =
              ops::conv2d(ops::expand_dims(call.in[0], 2), ops::expand_dims(call.in[1], 2), call.in[2],
                          {1, stride[0]}, pad_mode, {0, 0, before, after}, {1, dilation[0]}, group);
          call.out[0] = ops::squeeze(y, {2});
        },
    .samples =
        "f32[2,3,6], f32[4,3,2], none | f32[1,4,6], f32[4,2,3], f32[4]; (2,), 'same', (0,), (1,), 2 | "
        "f32[2,2,5], f32[3,2,2], f32[3]; (1,), 'pad', (2, 1), (2,), 1 | f32[2,2,5], f32[3,2,2], f32[3]; "
        "(2,), "
        "'pad', (1,) | !ValueError f32[2,5], f32[3,2,2], none | !RuntimeError f32[1,3,5], f32[3,2,2], none | "
        "!TypeError f32[1,2,5], f16[3,2,2], none | !ValueError f32[1,2,5], f32[3,2,6], none | !ValueError "
        "f32[1,2,5], f32[3,2,2], f32[4]",
};

}  // namespace nucella
