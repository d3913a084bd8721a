#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_adamw_op{
    .doc =
        "One step of Adam with decoupled weight decay (Loshchilov and Hutter, 2019) on every parameter, "
        "in place: with g = grad * grad_scale, m += (1 - beta1) * (g - m), v += (1 - beta2) * (g * g - "
        "v), param -= lr * ((m / correction1) / (sqrt(v / correction2) + epsilon) + weight_decay * "
        "param). The corrections for the bias are 1 - beta1^t and 1 - beta2^t in step t, or 1.",
    .primitive = "AdamWeightDecay",
    .infer =
        [](const Call& call, std::span<Meta>) {
          const auto& [beta1, beta2, epsilon, decay, correction1, correction2] =
              unpack<double, double, double, double, double, double>(call.attrs);
          rules::check_update(call, 4);
          for (const auto& [name, beta] : {std::pair("beta1", beta1), std::pair("beta2", beta2)})
            check<ValueError>(beta > 0 && beta < 1, "apply_adamw: '", name, "' must be in (0, 1), got ",
                              beta);
          check<ValueError>(epsilon > 0, "apply_adamw: 'epsilon' must be above 0, got ", epsilon);
          check<ValueError>(correction1 > 0 && correction2 > 0,
                            "apply_adamw: the corrections must be above 0, got ", correction1, " and ",
                            correction2);
          rules::check_not_negative(call, decay, "weight_decay");
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 0.999, 1e-6, 0.01 | "
        "f32[70], f32[5], f32[70], f32[5], f32[70]{0..1}, f32[5]{0..1}, f32[70], f32[5], "
        "f32[]{0.1..0.1}; 0.9, 0.99, 1e-6, 0.0, 0.1, 0.01, 0.5 | f16[9], f16[9], f16[9]{0..1}, f16[9], "
        "f32[]{0.1..0.1}; 0.9, 0.99, 1e-4, 0.1 | f32[0], f32[0], f32[0], f32[0], f32[] | !ValueError "
        "f32[2], f32[2], f32[2], f32[2], f32[]; 1.0 | !ValueError f32[2], f32[2], f32[2], f32[2], "
        "f32[]; 0.9, 0.999, 0.0 | !ValueError f32[2], f32[2], f32[2], f32[2], f32[]; 0.9, 0.999, 1e-6, "
        "-1.0 | !ValueError f32[2], f32[2], f32[2], f32[3], f32[] | !TypeError f32[2], f32[2], f32[2], "
        "f32[2], f64[]",
};

}  // namespace nucella
