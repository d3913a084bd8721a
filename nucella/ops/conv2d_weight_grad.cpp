#include "nucella/ops/checks.h"
#include "nucella/tensor/create.h"

namespace nucella {

extern constinit const OpDef conv2d_weight_grad_op{
    .doc =
        "The gradients of conv2d with respect to its weight of shape `weight_shape` and its bias, from that "
        "of its "
        "output. Without `has_bias` the second result has shape (0,).",
    .primitive = "Conv2DBackpropFilter",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &grad = call.in[1];
          const Shape weight(call.attrs[5].as<Ints>());
          rules::check_floating(call, x, "x");
          rules::check_same_dtype(call, "grad", grad, "x", x);
          rules::check_shape(call, "grad", grad.shape(), rules::conv2d_shape(call, x.shape(), weight));
          out[0] = {x.dtype(), weight};
          out[1] = {x.dtype(), {call.attrs[6].as<bool>() ? weight[0] : 0}};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [stride, pad_mode, padding, dilation, group] =
              unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
          const Tensor &x = call.in[0], &grad = call.in[1];
          const bool through_bias = g[1].defined() && call.attrs[6].as<bool>();
          Tensors grads(2);
          if (call.wants(0) && g[0].defined())
            grads[0] =
                ops::conv2d_input_grad(grad, g[0], stride, pad_mode, padding, dilation, group, x.shape());
          if (!call.wants(1)) return grads;
          const Tensor weight =
              g[0].defined() ? g[0] : ops::broadcast_to(scalar(0, x.dtype()), call.attrs[5].as<Ints>());
          if (g[0].defined() || through_bias)
            grads[1] = ops::conv2d(x, weight, through_bias ? g[1] : Tensor(), stride, pad_mode, padding,
                                   dilation, group);
          return grads;
        },
    .samples =
        "f32[2,3,5,6], f32[2,4,3,5]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), False | "
        "f32[1,4,6,6], f32[1,4,3,6]; (2, 1), 'same', (0, 0, 0, 0), (1, 1), 2, (4, 2, 3, 3), True | "
        "f32[2,2,5,5], f32[2,3,4,4]; (1, 2), 'pad', (1, 0, 2, 1), (2, 1), 1, (3, 2, 2, 2), True | "
        "f32[0,3,5,6], f32[0,4,3,5]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), True | "
        "!ValueError f32[2,3,5,6], f32[2,4,3,4]; (1, 1), 'valid', (0, 0, 0, 0), (1, 1), 1, (4, 3, 3, 2), "
        "False",
};

}  // namespace nucella
