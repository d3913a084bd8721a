#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef pow_op{
    .doc = "`x` to the power of `y`, with broadcasting. Integers stay integers.",
    .primitive = "Pow",
    .infer = rules::infer_binary_numeric,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &y = call.in[1];
          Tensor dx, dy;
          if (call.wants(0))
            dx = rules::unbroadcast(
                ops::mul(g[0], ops::mul(y, ops::pow(x, ops::sub(y, rules::constant(1, y))))), x);
          if (call.wants(1)) {
            // d(x^y)/dy = x^y log x; where x is not positive the logarithm is taken of 1, so that 0^y has the
            // gradient 0.
            const Tensor positive = ops::cast(ops::greater(x, rules::constant(0, x)), x.dtype());
            const Tensor base = ops::add(ops::mul(x, positive), ops::sub(rules::constant(1, x), positive));
            dy = rules::unbroadcast(ops::mul(g[0], ops::mul(call.out[0], ops::log(base))), y);
          }
          return Tensors{dx, dy};
        },
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3]{0.2..2}, f32[2,3] | f32[2,3]{0.2..2}, f32[3] | f32[0,3], f32[3] | f32[3]{0.2..2}, "
        "f32[] | i32[4]{-3..3}, i32[4]{0..3} | i8[3]{-1..1}, i8[3]{-2..2} | !ValueError f32[2,3], "
        "f32[2,4] | !TypeError bool[2], bool[2]",
};

}  // namespace nucella
