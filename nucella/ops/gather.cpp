#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gather_op{
    .doc =
        "The slices of `x` along `axis` at `indices` (of any shape, which takes the place of that axis). "
        "Positions in [-extent, extent); IndexError outside.",
    .primitive = "Gather",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &indices = call.in[1];
          check<ValueError>(x.ndim() > 0, "gather: 'x' must have at least one dimension");
          check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64,
                           "gather: 'indices' must be Int32 or Int64, got ", indices.dtype());
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather");
          Shape shape(x.shape().begin(), x.shape().begin() + axis);
          for (int64_t extent : indices.shape()) shape.push_back(extent);
          for (int i = axis + 1; i < x.ndim(); ++i) shape.push_back(x.shape()[i]);
          out[0] = {x.dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &indices = call.in[1];
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather"),
                    taken = indices.ndim();
          // The axes of the indices to the front, beside the axis that they stood for.
          Shape from, to, moved{x.shape()[axis]};
          for (int i = 0; i < taken; ++i) {
            from.push_back(axis + i);
            to.push_back(i);
          }
          for (int i = 0; i < x.ndim(); ++i)
            if (i != axis) moved.push_back(x.shape()[i]);
          const Tensor slices = ops::movedim(g[0], from, to);
          return Tensors{
              ops::movedim(ops::scatter_nd(ops::expand_dims(indices, -1), slices, moved), {0}, {axis}), {}};
        },
    .saves = saves_in({1}),
    .samples =
        "f32[4,2], i64[3]{0..3}; 0 | f32[4,2], i64[2,2]{0..1}; 1 | f32[2,3,2], i32[]{-3..2}; -2 | "
        "f32[4], i64[0]{0..3}; 0 | f32[2,3,40], i64[5]{0..2}; 1 | i8[5,3], i32[4]{0..2}; 1 | f64[3,4], "
        "i64[2]{-3..2}; 0 | f32[0,3], i64[2]{0..2}; 1 | "
        "!ValueError f32[4], i64[2]{0..3}; 1 | !IndexError f32[4], i64[2]{4..5}; 0 | !IndexError f32[0], "
        "i64[1]{0..0}; 0 | "
        "!TypeError f32[4], f32[2]; 0 | !ValueError f32[], i64[1]{0..0}; 0",
};

}  // namespace nucella
