#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef prelu_op{
    .doc =
        "x where it is positive, `weight` * x elsewhere: one slope for all, or one for each channel (axis 1; "
        "the axis itself of a vector).",
    .primitive = "PReLU",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &weight = call.in[1];
          rules::check_floating(call, x, "x");
          check<ValueError>(weight.size() == 1 || weight.ndim() == 1,
                            "prelu: 'weight' must be a vector, got the shape ", weight.shape());
          Shape along = Shape::filled(x.ndim(), 1);
          if (weight.size() > 1) {
            const int channel = x.ndim() > 1 ? 1 : 0;
            check<ValueError>(x.ndim() > 0 && x.shape()[channel] == weight.size(),
                              "prelu: 'weight' must hold 1 or as many slopes as 'x' has channels, got ",
                              weight.size(), " for the shape ", x.shape());
            along[channel] = weight.size();
          }
          call.out[0] = ops::where(x > 0, x, ops::reshape(weight, along) * x);
        },
    .samples =
        "f32[2,3]{0.1..2}, f32[3] | f32[2,3]{-2..-0.1}, f32[1] | f32[2,3,4]{-2..-0.1}, f32[3] | f32[0,3], "
        "f32[3] | f32[]{0.1..2}, f32[1] | f16[5]{0.1..2}, f16[1] | !ValueError f32[2,3], f32[2] | !TypeError "
        "i32[2], f32[1]",
};

}  // namespace nucella
