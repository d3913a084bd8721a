#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef fmod_op{
    .doc = "Remainder with the sign of the dividend, as C's; with broadcasting.",
    .primitive = "Mod",
    .infer = rules::infer_binary_numeric,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &y = call.in[1];
          return Tensors{rules::unbroadcast(g[0], x),
                         call.wants(1)
                             ? rules::unbroadcast(ops::neg(ops::mul(g[0], ops::trunc(ops::div(x, y)))), y)
                             : Tensor()};
        },
    .saves = saves_in({0, 1}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3]{0.1..0.4}, f32[2,3]{0.5..2} | f32[2,3]{-0.4..-0.1}, f32[3]{-2..-0.5} | "
        "f32[2,1]{2.1..2.2}, f32[3]{1.2..1.9} | f32[0,3], f32[3] | i32[4], i32[4]{1..5} | "
        "i8[4]{-9..9}, i8[4]{-3..-1} | !ValueError f32[2,3], f32[2,4] | !TypeError bool[2], bool[2]",
};

}  // namespace nucella
