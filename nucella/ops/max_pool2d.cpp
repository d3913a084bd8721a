#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef max_pool2d_op{
    .doc =
        "The largest element under each place of a window that moves over height and width of `x` (N, C, H, "
        "W). "
        "Its taps are `dilation` apart. Padding never wins; a NaN does.",
    .primitive = "MaxPool",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_floating(call, call.in[0], "x");
          out[0] = {call.in[0].dtype(), rules::dilated_pool_shape(call, call.in[0].shape(), 2)};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          return Tensors{
              ops::max_pool2d_grad(call.in[0], g[0], kernel, stride, pad_mode, padding, ceil_mode, dilation)};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[2,3,4,6]; (2, 2), (2, 2) | f32[1,2,5,6]; (3, 2), (2, 1), 'same' | "
        "f32[1,2,5,6]; (3, 3), (3, 2), 'pad', (1, 0, 1, 1), True | f32[0,3,4,6]; (2, 2), (2, 2) | "
        "f32[1,2,7,8]; (2, 3), (2, 1), 'pad', (1, 1, 1, 1), False, (3, 2) | "
        "!ValueError f32[1,1,4,4]; (2, 2), (1, 1), 'pad', (1, 1, 0, 0), False, (6, 1) | "
        "!ValueError f32[1,1,4,4]; (2, 2), (1, 1), 'pad', (1, 1, 0, 0), False, (0, 1) | "
        "!ValueError f32[3,4,6]; (2, 2), (2, 2) | !ValueError f32[1,1,4,6]; (5, 2), (2, 2) | "
        "!ValueError f32[1,1,4,6]; (2, 2), (0, 2) | !TypeError i32[1,1,4,6]; (2, 2), (2, 2)",
};

}  // namespace nucella
