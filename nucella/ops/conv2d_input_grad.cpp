#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef conv2d_input_grad_op{
    .doc =
        "The gradient of conv2d with respect to its input of shape `input_shape`, from that of its output.",
    .primitive = "Conv2DBackpropInput",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &grad = call.in[0], &weight = call.in[1];
          const Shape input(call.attrs[5].as<Ints>());
          rules::check_floating(call, grad, "grad");
          rules::check_same_dtype(call, "weight", weight, "grad", grad);
          rules::check_shape(call, "grad", grad.shape(), rules::conv2d_shape(call, input, weight.shape()));
          out[0] = {grad.dtype(), input};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [stride, pad_mode, padding, dilation, group] =
              unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
          const Tensor &grad = call.in[0], &weight = call.in[1];
          Tensors grads(2);
          if (call.wants(0))
            grads[0] = ops::conv2d(g[0], weight, {}, stride, pad_mode, padding, dilation, group);
          if (call.wants(1))
            grads[1] = ops::conv2d_weight_grad(g[0], grad, stride, pad_mode, padding, dilation, group,
                                               weight.shape(), false)[0];
          return grads;
        },
    .samples =
        "f32[2,4,3,5], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (2, 3, 5, 6) | "
        "f32[1,4,3,6], f32[4,2,3,3]; (2, 1), 'same', (0, 0, 0, 0), (1, 1), 2, (1, 4, 6, 6) | "
        "f32[2,3,4,4], f32[3,2,2,2]; (1, 2), 'pad', (1, 0, 2, 1), (2, 1), 1, (2, 2, 5, 5) | "
        "f32[0,4,3,5], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (0, 3, 5, 6) | "
        "!ValueError f32[2,4,3,4], f32[4,3,3,2]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (2, 3, 5, 6)",
};

}  // namespace nucella
