#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bessel_i1_op{
    .doc = "The modified Bessel function of the first kind and order 1, element by element.",
    .primitive = "BesselI1",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          // I1(x) / x is 1/2 at 0, where the quotient would be 0 / 0.
          const Tensor zero = x == 0;
          const Tensor quotient = call.out[0] / ops::where(zero, rules::constant(1, x), x);
          const Tensor slope = ops::bessel_i0(x) - ops::where(zero, rules::constant(0.5, x), quotient);
          return Tensors{ops::mul(g[0], slope)};
        },
    .saves = saves_in({0}) | saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[4]{-9..9} | f32[0,3] | f32[] | f16[5] | i32[3]",
};

}  // namespace nucella
