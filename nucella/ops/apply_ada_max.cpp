#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_ada_max_op{
    .doc =
        "One step of AdaMax (Kingma and Ba, 2015) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, m = beta1 * m + (1 - beta1) * g, v = max(beta2 * v, |g|), "
        "param -= lr * m / (v + epsilon). `lr` comes corrected for the bias: learning_rate / (1 - "
        "beta1^t) in step t.",
    .primitive = "ApplyAdaMax",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 4);
          rules::check_fraction(call, call.attrs[0].as<double>(), "beta1");
          rules::check_fraction(call, call.attrs[1].as<double>(), "beta2");
          rules::check_positive(call, call.attrs[2].as<double>(), "epsilon");
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0.01..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.01, 1.0 | "
        "f32[70], f32[5], f32[70], f32[5], f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70], f32[5], "
        "f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, 0.5 | f16[9], f16[9], f16[9]{0.01..1}, f16[9], "
        "f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, 1.0 | f32[0], f32[0], f32[0]{0.01..1}, f32[0], "
        "f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, 1.0 | !ValueError f32[2], f32[2], f32[2]{0.01..1}, "
        "f32[2], f32[]{0.1..0.1}; 1.0, 0.99, 1e-6, 0.0, 1.0 | !ValueError f32[2], f32[2], "
        "f32[2]{0.01..1}, f32[2], f32[]{0.1..0.1}; 0.9, 0.99, 0.0, 0.0, 1.0 | !ValueError f32[2], f32[2], "
        "f32[2], f32[3], f32[]; 0.9, 0.99, 1e-6, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], f32[2], "
        "f64[]; 0.9, 0.99, 1e-6, 0.0, 1.0",
};

}  // namespace nucella
