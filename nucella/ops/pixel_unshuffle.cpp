#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef pixel_unshuffle_op{
    .doc =
        "Gathers squares of `downscale_factor` rows and columns into channels: (..., C, H r, W r) becomes "
        "(..., C r r, H, W), the inverse of pixel_shuffle.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto r = call.attrs[0].as<int64_t>();
          const int n = x.ndim();
          check<ValueError>(n >= 3, "pixel_unshuffle: 'x' must have at least 3 dimensions, got shape ",
                            x.shape());
          check<ValueError>(r > 0, "pixel_unshuffle: 'downscale_factor' must be positive, got ", r);
          const int64_t channels = x.shape()[n - 3], height = x.shape()[n - 2], width = x.shape()[n - 1];
          check<ValueError>(height % r == 0 && width % r == 0,
                            "pixel_unshuffle: height and width of 'x' must be divisible by "
                            "'downscale_factor', got shape ",
                            x.shape(), " and ", r);
          Shape lead(x.shape().begin(), x.shape().end() - 3), out = lead;
          const Tensor blocks = ops::reshape(x, {lead.numel(), channels, height / r, r, width / r, r});
          for (int64_t extent : {channels * r * r, height / r, width / r}) out.push_back(extent);
          call.out[0] = ops::reshape(ops::transpose(blocks, {0, 1, 3, 5, 2, 4}), out);
        },
    .samples =
        "f32[2,2,4,6]; 2 | f32[1,3,6]; 3 | f32[2,1,1,4,2]; 2 | i32[1,4,4]; 2 | f32[0,1,2,2]; 2 | !ValueError "
        "f32[4,2]; 2 | !ValueError f32[1,3,2]; 2 | !ValueError f32[1,2,2]; -1",
};

}  // namespace nucella
