#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef max_pool2d_pick_op{
    .doc =
        "For each place of the window the element of `values` that lies where `x` is largest: "
        "max_pool2d_grad's own "
        "gradient.",
    .primitive = "MaxPoolGradGrad",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &values = call.in[1];
          rules::check_floating(call, x, "x");
          rules::check_same_dtype(call, "values", values, "x", x);
          rules::check_shape(call, "values", values.shape(), x.shape());
          out[0] = {x.dtype(), rules::dilated_pool_shape(call, x.shape(), 2)};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          return Tensors{
              {},
              ops::max_pool2d_grad(call.in[0], g[0], kernel, stride, pad_mode, padding, ceil_mode, dilation)};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[2,3,4,6], f32[2,3,4,6]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, (1, 1) | "
        "f32[1,2,5,6], f32[1,2,5,6]; (3, 2), (2, 1), 'same', (0, 0, 0, 0), False, (1, 1) | "
        "f32[1,2,7,8], f32[1,2,7,8]; (2, 3), (2, 1), 'pad', (1, 1, 1, 1), False, (3, 2) | "
        "!ValueError f32[2,3,4,6], f32[2,3,2,3]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, (1, 1)",
};

}  // namespace nucella
