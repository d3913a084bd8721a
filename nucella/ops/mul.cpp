#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

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
    .samples = rules::kBinarySamples,
};

}  // namespace nucella
