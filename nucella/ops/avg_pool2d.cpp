#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef avg_pool2d_op{
    .doc =
        "The mean under each place of a window that moves over height and width of `x` (N, C, H, W). "
        "Explicit padding "
        "counts as zeros when `count_include_pad`; that of 'same' never counts. A `divisor_override` other "
        "than 0 "
        "takes the place of the number of elements.",
    .primitive = "AvgPool",
    .infer = rules::infer_pool2d,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [kernel, stride, pad_mode, padding, ceil_mode, count_include_pad, divisor] =
              unpack<Ints, Ints, std::string, Ints, bool, bool, int64_t>(call.attrs);
          return Tensors{ops::avg_pool2d_grad(g[0], kernel, stride, pad_mode, padding, ceil_mode,
                                              count_include_pad, divisor, call.in[0].shape())};
        },
    .saves = kSavesNone,
    .samples =
        "f32[2,3,4,6]; (2, 2), (2, 2) | f32[1,2,5,6]; (3, 2), (2, 1), 'same' | "
        "f32[1,2,6,6]; (3, 3), (3, 2), 'pad', (1, 0, 1, 1), True | "
        "f32[1,2,6,6]; (3, 3), (3, 2), 'pad', (1, 0, 1, 1), True, False | f32[0,3,4,6]; (2, 2), (2, 2) | "
        "!ValueError f32[3,4,6]; (2, 2), (2, 2) | !ValueError f32[1,1,4,6]; (5, 2), (2, 2) | "
        "!TypeError i32[1,1,4,6]; (2, 2), (2, 2)",
};

}  // namespace nucella
