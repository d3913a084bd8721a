#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef avg_pool3d_op{
    .doc =
        "The mean under each place of a window that moves over depth, height and width of `x` (N, C, D, H, "
        "W). Padding, that of 'same' too, counts as zeros when `count_include_pad`. A `divisor_override` "
        "other than 0 takes the place of the number of elements.",
    .primitive = "AvgPool3D",
    .compose =
        [](const Call& call) {
          const auto& [kernel, stride, pad_mode, padding, ceil_mode, count_include_pad, divisor] =
              unpack<Ints, Ints, std::string, Ints, bool, bool, int64_t>(call.attrs);
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          rules::pool_shape(call, x.shape(), 3);
          const Windows w = pool_windows(call.attrs, x.shape());
          // With the padding spelled out, so that it counts.
          const auto pool = [&, stride = stride, ceil = ceil_mode, count = count_include_pad,
                             step_divisor = divisor != 0 ? 1 : 0](const Tensor& image, const Window& rows,
                                                                  const Window& columns) {
            return ops::avg_pool2d(image, {rows.kernel, columns.kernel}, {rows.stride, columns.stride}, "pad",
                                   {rows.before, rows.after, columns.before, columns.after}, ceil, count,
                                   step_divisor);
          };
          const Tensor means = rules::pool_volumes(
              x, [&](const Tensor& planes) { return pool(planes, w[1], w[2]); },
              [&](const Tensor& columns) { return pool(columns, w[0], {}); });
          call.out[0] =
              divisor == 0 ? means : ops::div(means, rules::constant(static_cast<double>(divisor), x));
        },
    .samples =
        "f32[2,2,4,4,6]; (2,), (2,) | f32[1,2,3,5,6]; (2, 3, 2), (1, 2, 1), 'same' | f32[1,1,4,6,6]; (3,), "
        "(2, 3, 2), 'pad', (1, 0, 1, 0, 1, 1), True | f32[1,1,4,6,6]; (3,), (2, 3, 2), 'pad', (1,), True, "
        "False | f32[1,1,4,6,6]; (3,), (2,), 'pad', (1,), False, True, 5 | f32[0,2,4,4,6]; (2,), (2,) | "
        "!ValueError f32[2,4,4,6]; (2,), (2,) | !ValueError f32[1,1,4,4,6]; (5, 2, 2), (2,) | !TypeError "
        "i32[1,1,4,4,6]; (2,), (2,)",
};

}  // namespace nucella
