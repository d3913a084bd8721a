#include <numbers>

#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef poisson_nll_loss_op{
    .doc =
        "exp(x) - target * x, or, unless `log_input`, x - target * log(x + eps); `full` adds Stirling's "
        "approximation of log(target!) where the target is above 1. The losses are averaged, summed or left "
        "alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1];
          rules::check_floating(call, x, "x");
          broadcast_shapes(x.shape(), target.shape(), "poisson_nll_loss");
          const auto& [log_input, full, eps, reduction] = unpack<bool, bool, double, std::string>(call.attrs);
          Tensor losses = log_input ? ops::exp(x) - target * x : x - target * ops::log(x + eps);
          if (full) {
            const Tensor large = target > 1, safe = ops::where(large, target, rules::constant(1, target));
            const Tensor stirling =
                safe * ops::log(safe) - safe + 0.5 * ops::log(2 * std::numbers::pi * safe);
            losses = losses + ops::where(large, stirling, rules::constant(0, target));
          }
          call.out[0] = rules::reduce_losses(call, losses, call.attrs[3]);
        },
    .samples =
        "f32[2,3], f32[2,3]{2..4} | f32[2,3]{0.5..2}, f32[3]{2..4}; False, True, 1e-8, 'sum' | f32[0,3], "
        "f32[3]; True, False, 1e-8, 'none' | f16[4], f16[4]{2..4} | !ValueError f32[2], f32[2]; True, False, "
        "1e-8, 'max' | !TypeError i32[2], i32[2]",
};

}  // namespace nucella
