#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_adadelta_op{
    .doc =
        "One step of Adadelta (Zeiler, 2012) on every parameter, in place: with g = grad * grad_scale + "
        "weight_decay * param, accum = rho * accum + (1 - rho) * g^2, u = sqrt(accum_update + epsilon) / "
        "sqrt(accum + epsilon) * g, accum_update = rho * accum_update + (1 - rho) * u^2, param -= lr * u.",
    .primitive = "ApplyAdadelta",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 4);
          rules::check_share(call, call.attrs[0].as<double>(), "rho");
          rules::check_not_negative(call, call.attrs[1].as<double>(), "epsilon");
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3]{0.01..1}, f32[2,3]{0.01..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 1e-3, 0.01, 1.0 "
        "| f32[70], f32[5], f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70]{0.01..1}, f32[5]{0.01..1}, "
        "f32[70], f32[5], f32[]{0.1..0.1}; 0.9, 1e-3, 0.0, 0.5 | f16[9], f16[9]{0.01..1}, "
        "f16[9]{0.01..1}, f16[9], f32[]{0.1..0.1}; 0.9, 1e-3, 0.0, 1.0 | f32[0], f32[0]{0.01..1}, "
        "f32[0]{0.01..1}, f32[0], f32[]{0.1..0.1}; 0.9, 1e-3, 0.0, 1.0 | !ValueError f32[2], "
        "f32[2]{0.01..1}, f32[2]{0.01..1}, f32[2], f32[]{0.1..0.1}; 1.5, 1e-3, 0.0, 1.0 | !ValueError "
        "f32[2], f32[2]{0.01..1}, f32[2]{0.01..1}, f32[2], f32[]{0.1..0.1}; 0.9, -1.0, 0.0, 1.0 | "
        "!ValueError f32[2], f32[2], f32[2], f32[3], f32[]; 0.9, 1e-3, 0.0, 1.0 | !TypeError f32[2], "
        "f32[2], f32[2], f32[2], f64[]; 0.9, 1e-3, 0.0, 1.0",
};

}  // namespace nucella
