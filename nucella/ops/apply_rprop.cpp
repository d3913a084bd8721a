#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_rprop_op{
    .doc =
        "One step of Rprop (Riedmiller and Braun, 1993) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, the step size (lr in the first step) is multiplied by "
        "eta_plus where g and the previous one agree in sign, by eta_minus where they differ (there g "
        "becomes 0), and held between smallest and largest; param -= sign(g) * step_size; previous = g.",
    .infer = [](const Call& call, std::span<Meta>) { rules::check_update(call, 4); },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0.1..1}, f32[2,3], f32[]{0.1..0.1}; 0.5, 1.2, 0.01, 5.0, False, "
        "0.01, 1.0 | f32[70], f32[5], f32[70], f32[5], f32[70]{0.1..1}, f32[5]{0.1..1}, f32[70], f32[5], "
        "f32[]{0.1..0.1}; 0.5, 1.2, 0.01, 5.0, False, 0.0, 0.5 | f16[9], f16[9], f16[9]{0.1..1}, f16[9], "
        "f32[]{0.1..0.1}; 0.5, 1.2, 0.01, 5.0, False, 0.0, 1.0 | f32[0], f32[0], f32[0]{0.1..1}, f32[0], "
        "f32[]{0.1..0.1}; 0.5, 1.2, 0.01, 5.0, False, 0.0, 1.0 | f32[33], f32[33], f32[33]{0.1..1}, "
        "f32[33], f32[]{0.1..0.1}; 0.5, 1.2, 0.01, 5.0, True, 0.1, 1.0 | !ValueError f32[2], f32[2], "
        "f32[2], f32[3], f32[]; 0.5, 1.2, 0.01, 5.0, False, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], "
        "f32[2], f64[]; 0.5, 1.2, 0.01, 5.0, False, 0.0, 1.0",
};

}  // namespace nucella
