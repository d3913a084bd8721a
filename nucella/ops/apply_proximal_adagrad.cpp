#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_proximal_adagrad_op{
    .doc =
        "One step of proximal Adagrad (Duchi and Singer, 2009) on every parameter, in place: with g = "
        "grad * grad_scale + weight_decay * param, accum += g^2, eta = lr / sqrt(accum), p = param - eta "
        "* g, param = sign(p) * max(|p| - eta * l1, 0) / (1 + eta * l2).",
    .primitive = "ApplyProximalAdagrad",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 3);
          rules::check_not_negative(call, call.attrs[0].as<double>(), "l1");
          rules::check_not_negative(call, call.attrs[1].as<double>(), "l2");
        },
    .effect = Effect::kMemory,
    .updates = {2, 3},
    .samples =
        "f32[2,3], f32[2,3]{0.01..1}, f32[2,3], f32[]{0.1..0.1}; 0.1, 0.01, 0.01, 1.0 | f32[70], f32[5], "
        "f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70], f32[5], f32[]{0.1..0.1}; 0.1, 0.01, 0.0, 0.5 | "
        "f16[9], f16[9]{0.01..1}, f16[9], f32[]{0.1..0.1}; 0.1, 0.01, 0.0, 1.0 | f32[0], f32[0]{0.01..1}, "
        "f32[0], f32[]{0.1..0.1}; 0.1, 0.01, 0.0, 1.0 | !ValueError f32[2], f32[2]{0.01..1}, f32[2], "
        "f32[]{0.1..0.1}; -0.1, 0.0, 0.0, 1.0 | !ValueError f32[2], f32[2]{0.01..1}, f32[2], "
        "f32[]{0.1..0.1}; 0.1, -0.1, 0.0, 1.0 | !ValueError f32[2], f32[2], f32[3], f32[]; 0.1, 0.01, "
        "0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], f64[]; 0.1, 0.01, 0.0, 1.0",
};

}  // namespace nucella
