#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef rsqrt_op{
    .doc = "1 / sqrt(x). Integers and bool give float32.",
    .primitive = "Rsqrt",
    .infer = rules::infer_float,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& y = call.out[0];
          return Tensors{ops::mul(ops::mul(g[0], rules::constant(-0.5, y)), ops::mul(y, ops::square(y)))};
        },
    .saves = saves_out({0}),
    .elementwise = true,
    .samples = "f32[2,3]{0.2..2} | f32[0,3] | f32[]{0.2..2} | f16[5]{0.2..2} | i32[3]{1..9}",
};

}  // namespace nucella
