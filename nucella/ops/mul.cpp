#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef mul_op{
    .doc = "Product of two tensors, element by element, with broadcasting. On bool it is the logical and.",
    .primitive = "Mul",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &y = call.in[1];
          return Tensors{rules::unbroadcast(ops::mul(g[0], y), x), rules::unbroadcast(ops::mul(g[0], x), y)};
        },
    .saves = saves_in({0, 1}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[0,3], f32[3] | f32[], f32[4] | "
        "!ValueError f32[2,3], f32[2,4]",
};

}  // namespace nucella
