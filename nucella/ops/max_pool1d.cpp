#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef max_pool1d_op{
    .doc =
        "The largest element under each place of a window that moves along `x` (N, C, L). Its taps are "
        "`dilation` apart. Padding never wins; a NaN does.",
    .compose =
        [](const Call& call) {
          const auto& [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          rules::check_floating(call, call.in[0], "x");
          rules::dilated_pool_shape(call, call.in[0].shape(), 1);
          const auto [before, after] = padding_along(padding, 0, 1);
          call.out[0] = rules::pool_lines(call.in[0], [&](const Tensor& image) {
            return ops::max_pool2d(image, {1, kernel[0]}, {1, stride[0]}, pad_mode, {0, 0, before, after},
                                   ceil_mode, {1, dilation[0]});
          });
        },
    .samples =
        "f32[2,3,6]; (2,), (2,) | f32[1,2,5]; (3,), (2,), 'same' | f32[1,2,6]; (3,), (2,), 'pad', (1, 0), "
        "True | f32[1,2,7]; (2,), (1,), 'pad', (1,), False, (3,) | f32[0,3,4]; (2,), (2,) | !ValueError "
        "f32[3,4]; (2,), (2,) | !ValueError f32[1,1,4]; (5,), (2,) | !ValueError f32[1,1,4]; (2,), (0,) | "
        "!TypeError i32[1,1,4]; (2,), (2,)",
};

}  // namespace nucella
