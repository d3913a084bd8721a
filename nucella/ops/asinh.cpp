#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef asinh_op{
    .doc = "Inverse of the hyperbolic sine. Integers and bool give float32.",
    .primitive = "Asinh",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{
              ops::mul(g[0], ops::rsqrt(ops::add(rules::constant(1, g[0]), ops::square(call.in[0]))))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
