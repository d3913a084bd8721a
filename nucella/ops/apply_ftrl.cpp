#include "nucella/ops/optimizer_rules.h"

namespace nucella {

extern constinit const OpDef apply_ftrl_op{
    .doc =
        "One step of FTRL-proximal (McMahan et al., 2013) on every parameter, in place: with g = grad * "
        "grad_scale + weight_decay * param, new = accum + g^2, linear += g - (new^-lr_power - "
        "accum^-lr_power) / lr * param, param = (sign(linear) * l1 - linear) / (new^-lr_power / lr + 2 * "
        "l2) where |linear| > l1 and 0 elsewhere, accum = new.",
    .primitive = "ApplyFtrl",
    .infer =
        [](const Call& call, std::span<Meta>) {
          rules::check_update(call, 4);
          rules::check_not_negative(call, call.attrs[0].as<double>(), "l1");
          rules::check_not_negative(call, call.attrs[1].as<double>(), "l2");
          rules::check_not_positive(call, call.attrs[2].as<double>(), "lr_power");
        },
    .effect = Effect::kMemory,
    .updates = {3, 4},
    .samples =
        "f32[2,3], f32[2,3]{0.01..1}, f32[2,3], f32[2,3], f32[]{0.1..0.1}; 0.1, 0.01, -0.5, 0.01, 1.0 | "
        "f32[70], f32[5], f32[70]{0.01..1}, f32[5]{0.01..1}, f32[70], f32[5], f32[70], f32[5], "
        "f32[]{0.1..0.1}; 0.1, 0.01, -0.5, 0.0, 0.5 | f16[9], f16[9]{0.01..1}, f16[9], f16[9], "
        "f32[]{0.1..0.1}; 0.1, 0.01, -0.5, 0.0, 1.0 | f32[0], f32[0]{0.01..1}, f32[0], f32[0], "
        "f32[]{0.1..0.1}; 0.1, 0.01, -0.5, 0.0, 1.0 | f32[33], f32[33]{0.01..1}, f32[33], f32[33], "
        "f32[]{0.1..0.1}; 0.01, 0.1, -0.3, 0.1, 1.0 | !ValueError f32[2], f32[2]{0.01..1}, f32[2], "
        "f32[2], f32[]{0.1..0.1}; -0.1, 0.0, -0.5, 0.0, 1.0 | !ValueError f32[2], f32[2]{0.01..1}, "
        "f32[2], f32[2], f32[]{0.1..0.1}; 0.1, -0.1, -0.5, 0.0, 1.0 | !ValueError f32[2], "
        "f32[2]{0.01..1}, f32[2], f32[2], f32[]{0.1..0.1}; 0.1, 0.0, 0.5, 0.0, 1.0 | !ValueError f32[2], "
        "f32[2], f32[2], f32[3], f32[]; 0.1, 0.01, -0.5, 0.0, 1.0 | !TypeError f32[2], f32[2], f32[2], "
        "f32[2], f64[]; 0.1, 0.01, -0.5, 0.0, 1.0",
};

}  // namespace nucella
