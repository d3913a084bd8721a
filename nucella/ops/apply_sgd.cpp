#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_sgd_op{
    .doc =
        "One step of SGD on every parameter, in place: with g = grad * grad_scale + weight_decay * param "
        "and a "
        "momentum above 0, accum becomes g where `stat` is positive (which then becomes 0), else accum * "
        "momentum + "
        "(1 - dampening) * g; param -= lr * accum, or lr * (g + momentum * accum) with nesterov. Without "
        "momentum "
        "param -= lr * g, and accum and stat stay as they are.",
    .primitive = "SGD",
    .infer =
        [](const Call& call, std::span<Meta>) {
          const auto& [momentum, dampening, decay, nesterov, scale] =
              unpack<double, double, double, bool, double>(call.attrs);
          rules::check_update(call, 4);
          rules::check_not_negative(call, momentum, "momentum");
          rules::check_not_negative(call, dampening, "dampening");
          check<ValueError>(!nesterov || (momentum > 0 && dampening == 0),
                            "apply_sgd: 'nesterov' needs a 'momentum' above "
                            "0 and a 'dampening' of 0, got ",
                            momentum, " and ", dampening);
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0..1}, f32[2,3], f32[]{0.1..0.1}; 0.9, 0.1, 0.01, False, 1.0 | "
        "f32[70], f32[5], f32[70], f32[5], f32[70], f32[5], f32[70], f32[5], f32[]{0.1..0.1}; 0.9, 0.0, 0.0, "
        "True, 0.5 | f64[7], f64[7], f64[7], f64[7], f32[]{0.1..0.1}; 0.0, 0.0, 0.1, False, 1.0 | "
        "f16[9], f16[9], f16[9], f16[9], f32[]{0.1..0.1}; 0.9, 0.0, 0.0, False, 1.0 | "
        "!ValueError f32[2], f32[2], f32[2], f32[2], f32[]; 0.9, 0.1, 0.0, True, 1.0 | "
        "!ValueError f32[2], f32[2], f32[3], f32[2], f32[]; 0.9, 0.1, 0.0, False, 1.0 | "
        "!TypeError i32[2], i32[2], i32[2], i32[2], f32[]; 0.9, 0.1, 0.0, False, 1.0",
};

}  // namespace nucella
