#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cross_op{
    .doc = "The vector products along the axis `dim` of extent 3; by default along the first such axis.",
    .primitive = "Cross",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          const auto& dim = call.attrs[0].as<Ints>();
          check<TypeError>(x.dtype() == y.dtype() && x.dtype() != bool_,
                           "cross: 'x' and 'y' must be numbers of one dtype, got ", x.dtype(), " and ",
                           y.dtype());
          check<ValueError>(x.shape() == y.shape(), "cross: 'x' and 'y' must be of one shape, got ",
                            x.shape(), " and ", y.shape());
          check<ValueError>(dim.size() <= 1, "cross: 'dim' must be one axis, got ", call.attrs[0]);
          int axis = 0;
          if (dim.empty()) {
            while (axis < x.ndim() && x.shape()[axis] != 3) ++axis;
          } else {
            axis = normalize_axis(dim[0], x.ndim(), "cross", "dim");
          }
          check<ValueError>(axis < x.ndim() && x.shape()[axis] == 3,
                            "cross: expected an axis of extent 3, got the shape ", x.shape());
          const auto turned = [&](const Tensor& t, int64_t by) { return ops::roll(t, {by}, {axis}); };
          call.out[0] =
              ops::sub(ops::mul(turned(x, -1), turned(y, -2)), ops::mul(turned(x, -2), turned(y, -1)));
        },
    .samples =
        "f32[3], f32[3] | f32[2,3], f32[2,3] | f32[3,3], f32[3,3]; (1,) | i32[3], i32[3] | f32[0,3], "
        "f32[0,3]; (1,) | f16[3], f16[3] | !ValueError f32[2], f32[2] | !ValueError f32[3], f32[3]; (1,) | "
        "!ValueError f32[3], f32[3,3] | !TypeError f32[3], i32[3]",
};

}  // namespace nucella
