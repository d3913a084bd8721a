#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef relu_grad_op{
    .doc = "`grad` where the output of a relu is positive, else 0.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &grad = call.in[0], &output = call.in[1];
          check<ValueError>(grad.shape() == output.shape(), "relu_grad: 'grad' must have the shape ",
                            output.shape(), " of 'output', got ", grad.shape());
          rules::infer_same_numeric(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::relu_grad(g[0], call.in[1]), {}};
        },
    .saves = saves_in({1}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[0], f32[0] | f32[], f32[] | i32[3], i32[3] | !ValueError f32[2,3], "
        "f32[3]",
};

}  // namespace nucella
