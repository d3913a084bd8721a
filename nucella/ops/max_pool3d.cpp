#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef max_pool3d_op{
    .doc =
        "The largest element under each place of a window that moves over depth, height and width of `x` (N, "
        "C, D, H, W). Its taps are `dilation` apart. Padding never wins; a NaN does.",
    .primitive = "MaxPool3D",
    .compose =
        [](const Call& call) {
          const auto& [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          rules::check_floating(call, call.in[0], "x");
          rules::dilated_pool_shape(call, call.in[0].shape(), 3);
          const Ints depth = rules::padding_of(padding, 0, 1, 3);
          call.out[0] = rules::pool_volumes(
              call.in[0],
              [&](const Tensor& planes) {
                return ops::max_pool2d(planes, rules::sizes_of(kernel, 1, 2), rules::sizes_of(stride, 1, 2),
                                       pad_mode, rules::padding_of(padding, 1, 2, 3), ceil_mode,
                                       rules::sizes_of(dilation, 1, 2));
              },
              [&](const Tensor& columns) {
                return ops::max_pool2d(columns, {kernel[0], 1}, {stride[0], 1}, pad_mode,
                                       {depth[0], depth[1], 0, 0}, ceil_mode, {dilation[0], 1});
              });
        },
    .samples =
        "f32[2,2,4,4,6]; (2,), (2,) | f32[1,2,3,5,6]; (2, 3, 2), (1, 2, 1), 'same' | f32[1,1,4,5,6]; (3,), "
        "(2, 3, 2), 'pad', (1, 0, 1, 0, 1, 1), True | f32[1,1,5,4,7]; (2, 2, 3), (1, 2, 1), 'pad', (1,), "
        "False, (3, 1, 2) | f32[0,2,4,4,6]; (2,), (2,) | !ValueError f32[2,4,4,6]; (2,), (2,) | !ValueError "
        "f32[1,1,4,4,6]; (5, 2, 2), (2,) | !ValueError f32[1,1,4,4,6]; (2,), (0,) | !TypeError "
        "i32[1,1,4,4,6]; (2,), (2,)",
};

}  // namespace nucella
