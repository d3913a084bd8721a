#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef conv2d_op{
    .doc =
        "Correlates `x` (N, C, H, W) with `weight` (O, C/group, kh, kw) and adds `bias` (O,) if given. "
        "`pad_mode` "
        "'same' makes ceil(H/stride) rows, 'valid' pads nothing, 'pad' takes `padding` (top, bottom, left, "
        "right).",
    .primitive = "Conv2D",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &weight = call.in[1], &bias = call.in[2];
          rules::check_floating(call, x, "x");
          rules::check_same_dtype(call, "weight", weight, "x", x);
          out[0] = {x.dtype(), rules::conv2d_shape(call, x.shape(), weight.shape())};
          if (!bias.defined()) return;
          rules::check_same_dtype(call, "bias", bias, "x", x);
          rules::check_shape(call, "bias", bias.shape(), {weight.shape()[0]});
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [stride, pad_mode, padding, dilation, group] =
              unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
          const Tensor &x = call.in[0], &weight = call.in[1];
          Tensors grads(3);
          if (call.wants(0))
            grads[0] =
                ops::conv2d_input_grad(g[0], weight, stride, pad_mode, padding, dilation, group, x.shape());
          if (call.wants(1) || call.wants(2)) {
            auto [dw, db] = ops::conv2d_weight_grad(x, g[0], stride, pad_mode, padding, dilation, group,
                                                    weight.shape(), call.in[2].defined());
            grads[1] = dw;
            if (call.in[2].defined()) grads[2] = db;
          }
          return grads;
        },
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
