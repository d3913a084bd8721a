#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef sqrt_op{
    .doc = "Square root. Integers and bool give float32.",
    .primitive = "Sqrt",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::div(g[0], ops::add(call.out[0], call.out[0]))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3]{0.2..2} | f32[0,3] | f32[]{0.2..2} | f16[5]{0.2..2} | i32[3]{1..9}",
};

}  // namespace nucella
