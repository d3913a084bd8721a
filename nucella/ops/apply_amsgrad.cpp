#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_amsgrad_op{
    .doc =
        "One step of AMSGrad (Reddi et al., 2018) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, m += (1 - beta1) * (g - m), v += (1 - beta2) * (g^2 - v), "
        "maximum = max(maximum, v), param -= lr * m / (sqrt(maximum) + epsilon). `lr` comes corrected for "
        "the bias as for apply_adam.",
    .primitive = "ApplyAdamWithAmsgradV2",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 5);
          rules::check_fraction(call, call.attrs[0].as<double>(), "beta1");
          rules::check_fraction(call, call.attrs[1].as<double>(), "beta2");
          rules::check_positive(call, call.attrs[2].as<double>(), "epsilon");
        },
    .effect = Effect::kMemory,
    .updates = {4, 5},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0.01..1}, f32[2,3]{0.01..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 0.99, "
        "1e-6, 0.01, 1.0 | f32[70], f32[5], f32[70], f32[5], f32[70]{0.01..1}, f32[5]{0.01..1}, "
        "f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70], f32[5], f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, 0.5 | "
        "f16[9], f16[9], f16[9]{0.01..1}, f16[9]{0.01..1}, f16[9], f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, "
        "1.0 | f32[0], f32[0], f32[0]{0.01..1}, f32[0]{0.01..1}, f32[0], f32[]{0.1..0.1}; 0.9, 0.99, "
        "1e-6, 0.0, 1.0 | !ValueError f32[2], f32[2], f32[2]{0.01..1}, f32[2]{0.01..1}, f32[2], "
        "f32[]{0.1..0.1}; 0.9, 1.0, 1e-6, 0.0, 1.0 | !ValueError f32[2], f32[2], f32[2]{0.01..1}, "
        "f32[2]{0.01..1}, f32[2], f32[]{0.1..0.1}; 0.9, 0.99, 0.0, 0.0, 1.0 | !ValueError f32[2], f32[2], "
        "f32[2], f32[2], f32[3], f32[]; 0.9, 0.99, 1e-6, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], "
        "f32[2], f32[2], f64[]; 0.9, 0.99, 1e-6, 0.0, 1.0",
};

}  // namespace nucella
