#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef channel_shuffle_op{
    .doc =
        "Deals the channels (axis 1) of `x` out anew: `groups` rows of them are read column by column (Zhang "
        "et al., 2018).",
    .primitive = "ChannelShuffle",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto groups = call.attrs[0].as<int64_t>();
          check<ValueError>(x.ndim() >= 3, "channel_shuffle: 'x' must have at least 3 dimensions, got shape ",
                            x.shape());
          check<ValueError>(groups > 0 && x.shape()[1] % groups == 0,
                            "channel_shuffle: 'groups' must divide the number of channels, ", x.shape()[1],
                            ", got ", groups);
          Shape split = x.shape(), perm{0, 2, 1};
          split[1] /= groups;
          split.insert(1, groups);
          for (int i = 3; i < split.ndim(); ++i) perm.push_back(i);
          call.out[0] = ops::reshape(ops::transpose(ops::reshape(x, split), perm), x.shape());
        },
    .samples =
        "f32[2,6,2]; 2 | f32[1,4,2,3]; 4 | i32[1,4,1,2]; 2 | f32[0,4,2]; 2 | !ValueError f32[1,4]; 2 | "
        "!ValueError f32[1,4,2]; 3 | !ValueError f32[1,4,2]; 0",
};

}  // namespace nucella
