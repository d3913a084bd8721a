#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_centered_rms_prop_op{
    .doc =
        "One step of centered RMSProp (Graves, 2013) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, mean_square = decay * mean_square + (1 - decay) * g^2, "
        "mean_grad = decay * mean_grad + (1 - decay) * g, moment = momentum * moment + lr * g / "
        "sqrt(mean_square - mean_grad^2 + epsilon), param -= moment.",
    .primitive = "ApplyCenteredRMSProp",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 5);
          rules::check_not_negative(call, call.attrs[0].as<double>(), "decay");
          rules::check_not_negative(call, call.attrs[1].as<double>(), "momentum");
          rules::check_positive(call, call.attrs[2].as<double>(), "epsilon");
        },
    .effect = Effect::kMemory,
    .updates = {4, 5},
    .samples =
        "f32[2,3], f32[2,3]{0..1}, f32[2,3]{1.5..2}, f32[2,3], f32[2,3], f32[]{0.1..0.1}; 0.9, 0.5, 1e-3, "
        "0.01, 1.0 | f32[70], f32[5], f32[70]{0..1}, f32[5]{0..1}, f32[70]{1.5..2}, f32[5]{1.5..2}, "
        "f32[70], f32[5], f32[70], f32[5], f32[]{0.1..0.1}; 0.9, 0.5, 1e-3, 0.0, 0.5 | f16[9], "
        "f16[9]{0..1}, f16[9]{1.5..2}, f16[9], f16[9], f32[]{0.1..0.1}; 0.9, 0.5, 1e-3, 0.0, 1.0 | "
        "f32[0], f32[0]{0..1}, f32[0]{1.5..2}, f32[0], f32[0], f32[]{0.1..0.1}; 0.9, 0.5, 1e-3, 0.0, 1.0 "
        "| f32[33], f32[33]{0..1}, f32[33]{1.5..2}, f32[33], f32[33], f32[]{0.1..0.1}; 0.9, 0.0, 1e-3, "
        "0.1, 1.0 | !ValueError f32[2], f32[2]{0..1}, f32[2]{1.5..2}, f32[2], f32[2], f32[]{0.1..0.1}; "
        "-0.1, 0.5, 1e-3, 0.0, 1.0 | !ValueError f32[2], f32[2]{0..1}, f32[2]{1.5..2}, f32[2], f32[2], "
        "f32[]{0.1..0.1}; 0.9, -0.5, 1e-3, 0.0, 1.0 | !ValueError f32[2], f32[2]{0..1}, f32[2]{1.5..2}, "
        "f32[2], f32[2], f32[]{0.1..0.1}; 0.9, 0.5, 0.0, 0.0, 1.0 | !ValueError f32[2], f32[2], f32[2], "
        "f32[2], f32[3], f32[]; 0.9, 0.5, 1e-3, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], f32[2], "
        "f32[2], f64[]; 0.9, 0.5, 1e-3, 0.0, 1.0",
};

}  // namespace nucella
