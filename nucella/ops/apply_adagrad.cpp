#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_adagrad_op{
    .doc =
        "One step of Adagrad (Duchi et al., 2011) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, accum += g^2 if update_slots, param -= lr * g / sqrt(accum).",
    .primitive = "ApplyAdagrad",
    .infer = [](const Call& call, std::span<Meta>) { rules::check_update(call, 3); },
    .effect = Effect::kMemory,
    .updates = {2, 3},
    .samples =
        "f32[2,3], f32[2,3]{0.01..1}, f32[2,3], f32[]{0.1..0.1}; True, 0.01, 1.0 | f32[70], f32[5], "
        "f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70], f32[5], f32[]{0.1..0.1}; True, 0.0, 0.5 | f16[9], "
        "f16[9]{0.01..1}, f16[9], f32[]{0.1..0.1}; True, 0.0, 1.0 | f32[0], f32[0]{0.01..1}, f32[0], "
        "f32[]{0.1..0.1}; True, 0.0, 1.0 | f32[33], f32[33]{0.01..1}, f32[33], f32[]{0.1..0.1}; False, "
        "0.0, 1.0 | !ValueError f32[2], f32[2], f32[3], f32[]; True, 0.0, 1.0 | !TypeError f32[2], "
        "f32[2], f32[2], f64[]; True, 0.0, 1.0",
};

}  // namespace nucella
