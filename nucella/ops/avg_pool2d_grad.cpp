#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef avg_pool2d_grad_op{
    .doc =
        "The gradient of avg_pool2d on an input of `input_shape`: each element of `grad` is shared out under "
        "its place "
        "of the window.",
    .primitive = "AvgPoolGrad",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor& grad = call.in[0];
          const Shape input(call.attrs[7].as<Ints>());
          rules::check_floating(call, grad, "grad");
          rules::check_shape(call, "grad", grad.shape(), rules::pool_shape(call, input, 2));
          out[0] = {grad.dtype(), input};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [kernel, stride, pad_mode, padding, ceil_mode, count_include_pad, divisor] =
              unpack<Ints, Ints, std::string, Ints, bool, bool, int64_t>(call.attrs);
          return Tensors{ops::avg_pool2d(g[0], kernel, stride, pad_mode, padding, ceil_mode,
                                         count_include_pad, divisor)};
        },
    .saves = kSavesNone,
    .samples =
        "f32[2,3,2,3]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, True, 0, (2, 3, 4, 6) | "
        "f32[1,2,3,6]; (3, 2), (2, 1), 'same', (0, 0, 0, 0), False, True, 0, (1, 2, 5, 6) | "
        "f32[0,3,2,3]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, True, 0, (0, 3, 4, 6) | "
        "!ValueError f32[2,3,2,2]; (2, 2), (2, 2), 'valid', (0, 0, 0, 0), False, True, 0, (2, 3, 4, 6)",
};

}  // namespace nucella
