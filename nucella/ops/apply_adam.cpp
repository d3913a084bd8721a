#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_adam_op{
    .doc =
        "One step of Adam (Kingma and Ba, 2015) on every parameter, in place: with g = grad * grad_scale + "
        "weight_decay * param, m += (1 - beta1) * (g - m), v += (1 - beta2) * (g * g - v), param -= lr * m / "
        "(sqrt(v) + eps); with nesterov m * beta1 + (1 - beta1) * g stands for the last m. `lr` comes "
        "corrected for the bias: learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t) in step t.",
    .primitive = "Adam",
    .infer =
        [](const Call& call, std::span<Meta>) {
          const auto& [beta1, beta2, epsilon] = unpack<double, double, double>(call.attrs);
          rules::check_update(call, 4);
          check<ValueError>(beta1 > 0 && beta1 < 1, "apply_adam: 'beta1' must be in (0, 1), got ", beta1);
          check<ValueError>(beta2 > 0 && beta2 < 1, "apply_adam: 'beta2' must be in (0, 1), got ", beta2);
          check<ValueError>(epsilon > 0, "apply_adam: 'epsilon' must be above 0, got ", epsilon);
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 0.999, 1e-8, 0.01, False, 1.0 | "
        "f32[70], f32[5], f32[70], f32[5], f32[70]{0..1}, f32[5]{0..1}, f32[70], f32[5], f32[]{0.1..0.1}; "
        "0.9, 0.99, 1e-6, 0.0, True, 0.5 | f16[9], f16[9], f16[9]{0..1}, f16[9], f32[]{0.1..0.1}; 0.9, 0.99, "
        "1e-4, 0.0, False, 1.0 | f32[0], f32[0], f32[0], f32[0], f32[]; 0.9, 0.999, 1e-8, 0.0, False, 1.0 | "
        "!ValueError f32[2], f32[2], f32[2], f32[2], f32[]; 1.0, 0.999, 1e-8, 0.0, False, 1.0 | !ValueError "
        "f32[2], f32[2], f32[2], f32[2], f32[]; 0.9, 0.999, 0.0, 0.0, False, 1.0 | !ValueError f32[2], "
        "f32[2], f32[2], f32[3], f32[]; 0.9, 0.999, 1e-8, 0.0, False, 1.0 | !TypeError f32[2], f32[2], "
        "f32[2], f32[2], f64[]; 0.9, 0.999, 1e-8, 0.0, False, 1.0",
};

}  // namespace nucella
