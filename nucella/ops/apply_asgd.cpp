#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_asgd_op{
    .doc =
        "One step of averaged SGD (Polyak and Juditsky, 1992) on every parameter, in place: with g = grad "
        "* grad_scale + weight_decay * param, param = param * (1 - lambd * lr) - lr * g, average += mu * "
        "(param - average).",
    .infer = [](const Call& call, std::span<Meta>) { rules::check_update(call, 3); },
    .effect = Effect::kMemory,
    .updates = {2, 3},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3], f32[]{0.1..0.1}; 0.01, 0.5, 0.01, 1.0 | f32[70], f32[5], f32[70], "
        "f32[5], f32[70], f32[5], f32[]{0.1..0.1}; 0.01, 0.5, 0.0, 0.5 | f16[9], f16[9], f16[9], "
        "f32[]{0.1..0.1}; 0.01, 0.5, 0.0, 1.0 | f32[0], f32[0], f32[0], f32[]{0.1..0.1}; 0.01, 0.5, 0.0, "
        "1.0 | f32[33], f32[33], f32[33], f32[]{0.1..0.1}; 0.01, 1.0, 0.1, 1.0 | !ValueError f32[2], "
        "f32[2], f32[3], f32[]; 0.01, 0.5, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], f64[]; 0.01, "
        "0.5, 0.0, 1.0",
};

}  // namespace nucella
