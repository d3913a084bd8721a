#include "nucella/ops/norm_rules.h"

namespace nucella {

extern constinit const OpDef group_norm_op{
    .doc =
        "Normalises each of `num_groups` groups of the channels (axis 1) of each sample by its own mean "
        "and variance, then scales and shifts the channels by `gamma` and `beta`, which may be left out "
        "(Wu and He, 2018).",
    .primitive = "GroupNorm",
    .compose =
        [](const Call& call) {
          const auto& [groups, epsilon] = unpack<int64_t, double>(call.attrs);
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          check<ValueError>(x.ndim() >= 2,
                            "group_norm: 'x' must have at least two dimensions, got the shape ", x.shape());
          const int64_t channels = x.shape()[1];
          check<ValueError>(groups > 0 && channels % groups == 0,
                            "group_norm: 'num_groups' must divide the number of channels, ", channels,
                            ", got ", groups);
          Shape along = Shape::filled(x.ndim(), 1);
          along[1] = channels;
          for (const auto& [i, name] : {std::pair<size_t, const char*>{1, "gamma"}, {2, "beta"}}) {
            if (!call.in[i].defined()) continue;
            rules::check_norm_param(call, name, call.in[i], x);
            rules::check_shape(call, name, call.in[i].shape(), {channels});
          }
          Shape grouped{x.shape()[0], groups, x.size() == 0 ? 0 : x.size() / (x.shape()[0] * groups)};
          Tensor y =
              ops::reshape(ops::layer_norm(ops::reshape(x, grouped), {}, {}, 2, epsilon)[0], x.shape());
          if (call.in[1].defined()) y = ops::mul(y, ops::reshape(call.in[1], along));
          if (call.in[2].defined()) y = ops::add(y, ops::reshape(call.in[2], along));
          call.out[0] = rules::like_dtype(y, x);
        },
    .samples =
        "f32[2,4,3], none, none; 2, 1e-3 | f32[2,4,3], f32[4], f32[4]; 2 | f32[2,3,2,2], f32[3], "
        "f32[3]; 3 | f32[3,4], f32[4], none; 1, 0.1 | f16[2,4,5], f16[4], f16[4]; 2 | f32[0,4,3], "
        "f32[4], f32[4]; 2 | !ValueError f32[2,4,3], none, none; 3 | !ValueError f32[2,4,3], f32[3], "
        "f32[3]; 2 | !ValueError f32[4], none, none; 2 | !TypeError i32[2,4,3], none, none; 2",
};

}  // namespace nucella
