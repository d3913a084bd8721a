#include <cmath>
#include <numbers>

#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gaussian_nll_loss_op{
    .doc =
        "(log(v) + (x - target)^2 / v) / 2 with v = max(variance, eps); `full` adds log(2 pi) / 2. The "
        "losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1], &variance = call.in[2];
          const auto& [full, eps, reduction] = unpack<bool, double, std::string>(call.attrs);
          rules::check_floating(call, x, "x");
          check<ValueError>(eps > 0, "gaussian_nll_loss: 'eps' must be > 0, got ", eps);
          broadcast_shapes(broadcast_shapes(x.shape(), target.shape(), "gaussian_nll_loss"), variance.shape(),
                           "gaussian_nll_loss");
          const Tensor v = ops::maximum(variance, rules::constant(eps, variance));
          Tensor losses = 0.5 * (ops::log(v) + ops::square(x - target) / v);
          if (full) losses = losses + 0.5 * std::log(2 * std::numbers::pi);
          call.out[0] = rules::reduce_losses(call, losses, call.attrs[2]);
        },
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0.5..2} | f32[2,3], f32[2,3], f32[2,1]{0.5..2}; True, 1e-6, 'sum' | "
        "f32[0,3], f32[3], f32[3]; False, 1e-6, 'none' | f16[4], f16[4], f16[4]{0.5..2} | !ValueError "
        "f32[2], f32[2], f32[2]; False, 0.0 | !ValueError f32[2], f32[2], f32[2]; False, 1e-6, 'max' | "
        "!TypeError i32[2], i32[2], i32[2]",
};

}  // namespace nucella
