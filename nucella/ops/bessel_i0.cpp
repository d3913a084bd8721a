#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bessel_i0_op{
    .doc = "The modified Bessel function of the first kind and order 0, element by element.",
    .primitive = "BesselI0",
    .infer = rules::infer_float,
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::mul(g[0], ops::bessel_i1(call.in[0]))}; },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[4]{-9..9} | f32[0,3] | f32[] | f16[5] | i32[3]",
};

}  // namespace nucella
