#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef index_fill_op{
    .doc = "`x` with the slices along `axis` at the positions in `index` filled with the one number `value`.",
    .primitive = "IndexFill",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &index = call.in[1], &value = call.in[2];
          check<ValueError>(
              x.ndim() > 0 && index.ndim() <= 1,
              "index_fill: expected 'x' of at least one dimension and a vector 'index', got the shapes ",
              x.shape(), " and ", index.shape());
          check<TypeError>(index.dtype() == int32 || index.dtype() == int64,
                           "index_fill: 'index' must be Int32 or Int64, got ", index.dtype());
          check<ValueError>(value.size() == 1, "index_fill: 'value' must be one number, got the shape ",
                            value.shape());
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "index_fill");
          const Tensor places = ops::reshape(index, {index.size(), 1});
          Shape along = Shape::filled(x.ndim(), 1);
          along[axis] = x.shape()[axis];
          const Tensor marks = rules::naming_op(call, [&] {
            return ops::scatter_nd(places, full({index.size()}, 1, int32), {x.shape()[axis]});
          });
          const Tensor mask = ops::reshape(ops::greater(marks, scalar(0, int32)), along);
          call.out[0] = ops::where(mask, ops::reshape(ops::cast(value, x.dtype()), {}), x);
        },
    .samples =
        "f32[4,2], i64[2]{0..3}, f32[]; 0 | f32[2,4], i32[3]{-4..3}, f32[]; 1 | f32[3], i64[0]{0..2}, f32[]; "
        "0 | i32[3], i64[]{0..2}, i32[]; 0 | f16[3], i64[2]{0..2}, f16[]; 0 | !IndexError f32[3], "
        "i64[1]{3..3}, f32[]; 0 | !ValueError f32[3], i64[2]{0..2}, f32[2]; 0 | !ValueError f32[3], "
        "i64[2]{0..2}, f32[]; 1 | !TypeError f32[3], f32[2], f32[]; 0",
};

}  // namespace nucella
