#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef kl_div_op{
    .doc =
        "target * (log(target) - x), 0 where the target is 0; x are log-probabilities. One more reduction, "
        "'batchmean', is the sum divided by the extent of axis 0. The losses are averaged, summed or left "
        "alone by `reduction` 'mean', 'sum' or 'none'.",
    .primitive = "KLDivLoss",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "kl_div");
          const std::string& reduction = call.attrs[0].as<std::string>();
          const Tensor present = target > 0;
          // No logarithm of 0 may enter, or its slope would make a gradient of the target NaN.
          const Tensor safe = ops::where(present, target, rules::constant(1, target));
          const Tensor losses =
              ops::where(present, target * (ops::log(safe) - x), rules::constant(0, target));
          if (reduction == "batchmean") {
            check<ValueError>(losses.ndim() > 0 && losses.shape()[0] > 0,
                              "kl_div: 'batchmean' needs a batch, got the shape ", losses.shape());
            call.out[0] = ops::reduce_sum(losses) / static_cast<double>(losses.shape()[0]);
          } else {
            call.out[0] = rules::reduce_losses(call, losses, call.attrs[0]);
          }
        },
    .samples =
        "f32[2,3], f32[2,3]{0.1..1} | f32[2,3], f32[2,3]{0.1..1}; 'batchmean' | f32[2,3], f32[3]{0.1..1}; "
        "'sum' | f32[0,3], f32[3]; 'none' | f16[4], f16[4]{0.1..1} | !ValueError f32[0,2], f32[0,2]; "
        "'batchmean' | !ValueError f32[2], f32[2]; 'max' | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
