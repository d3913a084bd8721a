#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef atan2_op{
    .doc =
        "The angle of the point (y, x) in radians, between -pi and pi, with broadcasting. Integers "
        "and bool give float32.",
    .primitive = "Atan2",
    .infer = rules::infer_binary_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &y = call.in[1];
          const Tensor share = ops::div(g[0], ops::add(ops::square(x), ops::square(y)));
          return Tensors{rules::unbroadcast(ops::mul(share, y), x),
                         call.wants(1) ? rules::unbroadcast(ops::neg(ops::mul(share, x)), y) : Tensor()};
        },
    .saves = saves_in({0, 1}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3]{0.5..2}, f32[2,3]{0.5..2} | f32[2,3]{-2..-0.5}, f32[3]{0.5..2} | f32[0,3], f32[3] "
        "| f32[]{0.5..2}, f32[4]{-2..-0.5} | i32[4], i32[4] | !ValueError f32[2,3], f32[2,4]",
};

}  // namespace nucella
