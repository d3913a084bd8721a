#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef scatter_nd_op{
    .doc =
        "Zeros of `shape` to which `updates` are added at `indices` (laid out as in gather_nd): what falls "
        "on one "
        "place adds up. The gradient of gather_nd.",
    .primitive = "ScatterNd",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &indices = call.in[0], &updates = call.in[1];
          const Shape shape(call.attrs[0].as<Ints>());
          check<ValueError>(shape.is_static(), "scatter_nd: 'shape' must hold extents >= 0, got ", shape);
          const Shape expected = rules::gathered_shape(shape, indices, "scatter_nd");
          check<ValueError>(updates.shape() == expected, "scatter_nd: 'updates' must have the shape ",
                            expected, ", got ", updates.shape());
          out[0] = {updates.dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{{}, ops::gather_nd(g[0], call.in[0])};
        },
    .saves = saves_in({0}),
    .samples =
        "i64[3,1]{0..3}, f32[3,2]; (4, 2) | i64[3,2]{0..1}, f32[3]; (4, 2) | i64[2,1]{-4..3}, f32[2]; (4,) | "
        "i32[0,1]{0..0}, f32[0]; (3,) | !ValueError i64[3,1]{0..3}, f32[2]; (4,) | "
        "!IndexError i64[2,1]{4..5}, f32[2]; (4,) | !TypeError f32[2,1], f32[2]; (4,)",
};

}  // namespace nucella
