#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef index_add_op{
    .doc =
        "`x` with alpha times the slices of `y` along `axis` added at the positions in the vector `indices`; "
        "what falls on one place adds up.",
    .primitive = "IndexAdd",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &indices = call.in[1], &y = call.in[2];
          const auto& [along, alpha] = unpack<int64_t, double>(call.attrs);
          check<ValueError>(
              x.ndim() > 0 && y.ndim() == x.ndim(),
              "index_add: 'y' must have as many dimensions as 'x', at least one, got the shapes ", y.shape(),
              " and ", x.shape());
          check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64,
                           "index_add: 'indices' must be Int32 or Int64, got ", indices.dtype());
          check<TypeError>(x.dtype() == y.dtype() && x.dtype() != bool_,
                           "index_add: 'x' and 'y' must be numbers of one dtype, got ", x.dtype(), " and ",
                           y.dtype());
          const int axis = normalize_axis(along, x.ndim(), "index_add");
          Shape expected = x.shape();
          expected[axis] = indices.size();
          check<ValueError>(indices.ndim() == 1 && y.shape() == expected,
                            "index_add: with 'indices' of shape ", indices.shape(),
                            " 'y' must have the shape ", expected, ", got ", y.shape());
          const Tensor places = ops::expand_dims(indices, -1);
          Shape moved = x.shape();
          moved.erase(axis);
          moved.insert(0, x.shape()[axis]);
          const Tensor slices =
              ops::movedim(alpha == 1 ? y : ops::mul(y, rules::constant(alpha, y)), {axis}, {0});
          const Tensor sums = rules::naming_op(call, [&] { return ops::scatter_nd(places, slices, moved); });
          call.out[0] = ops::add(x, ops::movedim(sums, {0}, {axis}));
        },
    .samples =
        "f32[4,2], i64[3]{0..3}, f32[3,2]; 0 | f32[2,4], i32[3]{-4..3}, f32[2,3]; 1, 2.0 | f32[2,3,2], "
        "i64[2]{0..2}, f32[2,2,2]; -2 | f32[3], i64[0]{0..2}, f32[0]; 0 | f16[3], i64[2]{0..2}, f16[2]; 0 | "
        "!IndexError f32[3], i64[1]{3..3}, f32[1]; 0 | !ValueError f32[3], i64[2]{0..2}, f32[3]; 0 | "
        "!ValueError f32[3], i64[2]{0..2}, f32[2]; 1 | !TypeError f32[3], i64[2]{0..2}, i64[2]; 0 | "
        "!TypeError f32[3], f32[2], f32[2]; 0",
};

}  // namespace nucella
