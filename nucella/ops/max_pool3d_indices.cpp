#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef max_pool3d_indices_op{
    .doc =
        "For each place of the window of max_pool3d where the (first) largest element lies, as its index in "
        "the volume of `x`: (slice * height + row) * width + column.",
    .compose =
        [](const Call& call) {
          const auto& [kernel, stride, pad_mode, padding, ceil_mode, dilation] =
              unpack<Ints, Ints, std::string, Ints, bool, Ints>(call.attrs);
          const Tensor& x = call.in[0];
          const Shape& s = x.shape();
          rules::check_floating(call, x, "x");
          const Shape out = rules::dilated_pool_shape(call, s, 3);
          const Ints depth = rules::padding_of(padding, 0, 1, 3), inner = rules::padding_of(padding, 1, 2, 3),
                     sizes = rules::sizes_of(kernel, 1, 2), steps = rules::sizes_of(stride, 1, 2),
                     gaps = rules::sizes_of(dilation, 1, 2);
          const Tensor planes = ops::reshape(x, {s[0], s[1] * s[2], s[3], s[4]});
          const int64_t places = out[3] * out[4];
          const Tensor largest = ops::max_pool2d(planes, sizes, steps, pad_mode, inner, ceil_mode, gaps),
                       within =
                           ops::max_pool2d_indices(planes, sizes, steps, pad_mode, inner, ceil_mode, gaps);
          // Slice * places + place, for each place of the window over the depth.
          const Tensor slices = ops::max_pool2d_indices(
              ops::reshape(largest, {s[0], s[1], s[2], places}), {kernel[0], 1}, {stride[0], 1}, pad_mode,
              {depth[0], depth[1], 0, 0}, ceil_mode, {dilation[0], 1});
          const Tensor picked = ops::gather_elements(ops::reshape(within, {s[0], s[1], s[2] * places}), 2,
                                                     ops::reshape(slices, {s[0], s[1], out[2] * places}));
          const auto number = [](int64_t value) { return scalar(static_cast<double>(value), int64); };
          const Tensor slice = ops::floor_div(ops::reshape(slices, out), number(places));
          call.out[0] = ops::add(ops::mul(slice, number(s[3] * s[4])), ops::reshape(picked, out));
        },
    .samples =
        "f32[2,2,4,4,6]; (2,), (2,) | f32[1,2,3,5,6]; (2, 3, 2), (1, 2, 1), 'same' | f32[1,1,5,4,7]; (2, 2, "
        "3), (1, 2, 1), 'pad', (1,), False, (3, 1, 2) | f32[0,2,4,4,6]; (2,), (2,) | !ValueError "
        "f32[1,1,4,4,6]; (5, 2, 2), (2,) | !TypeError i32[1,1,4,4,6]; (2,), (2,)",
};

}  // namespace nucella
