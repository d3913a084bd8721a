#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef minimum_op{
    .doc =
        "Smaller of two tensors, element by element, with broadcasting; NaN if either is. At a tie each "
        "gets half of the gradient.",
    .primitive = "Minimum",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &y = call.in[1];
          const Tensor half_ties =
              ops::mul(ops::cast(ops::equal(x, y), g[0].dtype()), rules::constant(0.5, g[0]));
          const Tensor share = ops::add(ops::cast(ops::less(x, y), g[0].dtype()), half_ties);
          const Tensor dx = ops::mul(g[0], share);
          return Tensors{rules::unbroadcast(dx, x), rules::unbroadcast(ops::sub(g[0], dx), y)};
        },
    .saves = saves_in({0, 1}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[2,1], f32[3] | f32[0,3], f32[3] | f32[], f32[4] "
        "| f16[5], f32[5] | i32[4], i8[4] | !ValueError f32[2,3], f32[2,4] | !TypeError u16[2], "
        "i32[2]",
};

}  // namespace nucella
