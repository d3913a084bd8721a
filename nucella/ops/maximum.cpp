#include "nucella/ops/extreme_rules.h"

namespace nucella {

extern constinit const OpDef maximum_op{
    .doc =
        "Larger of two tensors, element by element, with broadcasting; NaN if either is. At a tie each "
        "gets half of the gradient.",
    .primitive = "Maximum",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return rules::choice_vjp(call, g[0], ops::greater(call.in[0], call.in[1]));
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
