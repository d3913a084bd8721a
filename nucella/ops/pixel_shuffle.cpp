#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef pixel_shuffle_op{
    .doc =
        "Spreads blocks of `upscale_factor` squared channels over space: (..., C r r, H, W) becomes (..., C, "
        "H r, W r) (Shi et al., 2016).",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto r = call.attrs[0].as<int64_t>();
          const int n = x.ndim();
          check<ValueError>(n >= 3, "pixel_shuffle: 'x' must have at least 3 dimensions, got shape ",
                            x.shape());
          check<ValueError>(r > 0, "pixel_shuffle: 'upscale_factor' must be positive, got ", r);
          const int64_t channels = x.shape()[n - 3], height = x.shape()[n - 2], width = x.shape()[n - 1];
          check<ValueError>(channels / r % r == 0 && channels % r == 0, "pixel_shuffle: the ", channels,
                            " channels of 'x' must be divisible by 'upscale_factor' squared, got ", r);
          Shape lead(x.shape().begin(), x.shape().end() - 3), out = lead;
          const int64_t count = lead.numel();
          const Tensor blocks = ops::reshape(x, {count, channels / r / r, r, r, height, width});
          for (int64_t extent : {channels / r / r, height * r, width * r}) out.push_back(extent);
          call.out[0] = ops::reshape(ops::transpose(blocks, {0, 1, 4, 2, 5, 3}), out);
        },
    .samples =
        "f32[2,8,2,3]; 2 | f32[9,1,2]; 3 | f32[2,1,4,2,2]; 2 | i32[4,2,2]; 2 | f32[0,4,2,2]; 2 | !ValueError "
        "f32[4,2]; 2 | !ValueError f32[6,2,2]; 2 | !ValueError f32[4,2,2]; 0",
};

}  // namespace nucella
