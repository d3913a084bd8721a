#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef avg_pool1d_op{
    .doc =
        "The mean under each place of a window that moves along `x` (N, C, L). Explicit padding counts as "
        "zeros when `count_include_pad`; that of 'same' never counts.",
    .compose =
        [](const Call& call) {
          const auto& [kernel, stride, pad_mode, padding, ceil_mode, count_include_pad] =
              unpack<Ints, Ints, std::string, Ints, bool, bool>(call.attrs);
          rules::check_floating(call, call.in[0], "x");
          rules::pool_shape(call, call.in[0].shape(), 1);
          const auto [before, after] = padding_along(padding, 0, 1);
          call.out[0] = rules::pool_lines(call.in[0], [&](const Tensor& image) {
            return ops::avg_pool2d(image, {1, kernel[0]}, {1, stride[0]}, pad_mode, {0, 0, before, after},
                                   ceil_mode, count_include_pad);
          });
        },
    .samples =
        "f32[2,3,6]; (2,), (2,) | f32[1,2,5]; (3,), (2,), 'same' | f32[1,2,6]; (3,), (2,), 'pad', (1, 0), "
        "True | f32[1,2,7]; (2,), (1,), 'pad', (1,), False, False | f32[0,3,4]; (2,), (2,) | !ValueError "
        "f32[3,4]; (2,), (2,) | !ValueError f32[1,1,4]; (5,), (2,) | !ValueError f32[1,1,4]; (2,), (0,) | "
        "!TypeError i32[1,1,4]; (2,), (2,)",
};

}  // namespace nucella
