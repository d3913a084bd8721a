#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef bias_add_op{
    .doc = "Adds `bias` (C,) along axis 1 of `x` (N, C, ...), which has two to five dimensions.",
    .primitive = "BiasAdd",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &bias = call.in[1];
          check<ValueError>(x.ndim() >= 2 && x.ndim() <= 5,
                            "bias_add: 'x' must have 2 to 5 dimensions, got shape ", x.shape());
          rules::check_ndim(call, "bias", bias.shape(), 1);
          rules::check_same_dtype(call, "bias", bias, "x", x);
          rules::check_shape(call, "bias", bias.shape(), {x.shape()[1]});
          Shape along_channels = Shape::filled(x.ndim() - 1, 1);
          along_channels[0] = bias.shape()[0];
          call.out[0] = ops::add(x, ops::reshape(bias, along_channels));
        },
    .samples =
        "f32[2,3], f32[3] | f32[2,3,4,2], f32[3] | f32[0,3], f32[3] | !ValueError f32[2,3], f32[2] | "
        "!ValueError f32[3], f32[3] | !TypeError f32[2,3], f16[3]",
};

}  // namespace nucella
