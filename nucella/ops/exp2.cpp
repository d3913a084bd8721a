#include <numbers>

#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef exp2_op{
    .doc = "2 to the power of `x`. Integers and bool give float32.",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{
              ops::mul(g[0], ops::mul(call.out[0], rules::constant(std::numbers::ln2, call.out[0])))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3] | f32[0,3] | f32[] | f16[5] | i32[3] | bool[2]",
};

}  // namespace nucella
