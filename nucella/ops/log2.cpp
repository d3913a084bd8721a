#include <numbers>

#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef log2_op{
    .doc = "Logarithm to the base 2. Integers and bool give float32.",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{
              ops::div(g[0], ops::mul(call.in[0], rules::constant(std::numbers::ln2, call.in[0])))};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples = "f32[2,3]{0.2..2} | f32[0,3] | f32[]{0.2..2} | f16[5]{0.2..2} | i32[3]{1..9}",
};

}  // namespace nucella
