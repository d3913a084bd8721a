#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef max_pool2d_grad_op{
    .doc =
        "The gradient of max_pool2d: each element of `grad` goes to where the (first) largest element of `x` "
        "lies "
        "under its place of the window.",
    .primitive = "MaxPoolGrad",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &grad = call.in[1];
          rules::check_floating(call, x, "x");
          rules::check_same_dtype(call, "grad", grad, "x", x);
          rules::check_shape(call, "grad", grad.shape(), rules::dilated_pool_shape(call, x.shape(), 2));
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          return Tensors{
              {},
              ops::max_pool2d_pick(call.in[0], g[0], kernel, stride, pad_mode, padding, ceil_mode, dilation)};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[2,3,4,6], f32[2,3,2,3]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, (1, 1) | "
        "f32[1,2,5,6], f32[1,2,3,6]; (3, 2), (2, 1), 'same', (0, 0, 0, 0), False, (1, 1) | "
        "f32[0,3,4,6], f32[0,3,2,3]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, (1, 1) | "
        "f32[1,2,7,8], f32[1,2,3,6]; (2, 3), (2, 1), 'pad', (1, 1, 1, 1), False, (3, 2) | "
        "!ValueError f32[2,3,4,6], f32[2,3,2,2]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, (1, 1)",
};

}  // namespace nucella
