#include "nucella/ops/rules.h"
#include "nucella/tensor/create.h"

namespace nucella {

extern constinit const OpDef scatter_nd_update_op{
    .doc =
        "Writes `updates` into `x` in place at `indices` (laid out as in gather_nd); of several values for "
        "one "
        "place the last stays. Returns `x`.",
    .primitive = "ScatterNdUpdate",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &indices = call.in[1], &updates = call.in[2];
          const Shape expected = rules::gathered_shape(x.shape(), indices, "scatter_nd_update");
          check<ValueError>(updates.shape() == expected, "scatter_nd_update: 'updates' must have the shape ",
                            expected, ", got ", updates.shape());
          check<TypeError>(updates.dtype() == x.dtype(), "scatter_nd_update: 'updates' must have the dtype ",
                           x.dtype(), " of 'x', got ", updates.dtype());
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& indices = call.in[1];
          const Tensor written = ops::gather_nd(g[0], indices);
          // What was overwritten has no influence any more.
          const Tensor hits = ops::scatter_nd(indices, ones(written.shape(), int32), g[0].shape());
          return Tensors{ops::select(ops::cast(hits, bool_), zeros({}, g[0].dtype()), g[0]), {}, written};
        },
    .saves = saves_in({1}),
    .effect = Effect::kMemory,
    .updates = {1, 3},
    .samples =
        "f32[4,2], i64[2,1]{0..3}, f32[2,2] | f32[4,2], i64[3,2]{-2..1}, f32[3] | "
        "f32[3], i64[0,1]{0..2}, f32[0] | !IndexError f32[3], i64[1,1]{3..3}, f32[1] | "
        "!ValueError f32[3], i64[2,1]{0..2}, f32[3] | !TypeError f32[3], i64[2,1]{0..2}, i64[2]",
};

}  // namespace nucella
