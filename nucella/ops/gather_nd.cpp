#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gather_nd_op{
    .doc =
        "The pieces of `x` at the positions in the last axis of `indices`: indices of shape (..., k) address "
        "the "
        "leading k axes of `x` and give (...) + x.shape[k:]. Positions in [-extent, extent); IndexError "
        "outside.",
    .primitive = "GatherNd",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &indices = call.in[1];
          out[0] = {x.dtype(), rules::gathered_shape(x.shape(), indices, "gather_nd")};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::scatter_nd(call.in[1], g[0], call.in[0].shape()), {}};
        },
    .saves = saves_in({1}),
    .samples =
        "f32[4,2], i64[3,1]{0..3} | f32[4,2], i64[3,2]{0..1} | f32[3,2,2], i32[2,2,1]{-3..2} | "
        "f32[3], i64[0,1]{0..2} | !ValueError f32[3], i64[2,2]{0..1} | !ValueError f32[3], i64[]{0..0} | "
        "!TypeError f32[3], f32[2,1] | !IndexError f32[3], i64[2,1]{3..4}",
};

}  // namespace nucella
