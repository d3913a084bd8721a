#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_momentum_op{
    .doc =
        "One step of Momentum on every parameter, in place: with g = grad * grad_scale + weight_decay * "
        "param, accum = accum * momentum + g, param -= lr * accum, or lr * (g + momentum * accum) with "
        "nesterov.",
    .primitive = "ApplyMomentum",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 3);
          rules::check_not_negative(call, call.attrs[0].as<double>(), "momentum");
        },
    .effect = Effect::kMemory,
    .updates = {2, 3},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3], f32[]{0.1..0.1}; 0.9, 0.01, False, 1.0 | f32[70], f32[5], f32[70], "
        "f32[5], f32[70], f32[5], f32[]{0.1..0.1}; 0.9, 0.0, True, 0.5 | f16[9], f16[9], f16[9], "
        "f32[]{0.1..0.1}; 0.9, 0.0, False, 1.0 | f32[0], f32[0], f32[0], f32[]; 0.9, 0.0, False, 1.0 | "
        "f32[]; 0.9, 0.0, False, 1.0 | !ValueError f32[2], f32[3], f32[2], f32[]; 0.9, 0.0, False, 1.0 | "
        "!TypeError f32[2], f32[2], f16[2], f32[]; 0.9, 0.0, False, 1.0 | !ValueError f32[2], f32[2], "
        "f32[2]; 0.9, 0.0, False, 1.0 | !ValueError f32[2], f32[2], f32[2], f32[1]; 0.9, 0.0, False, 1.0 | "
        "!ValueError f32[2], f32[2], f32[2], f32[]; -0.1, 0.0, False, 1.0",
};

}  // namespace nucella
