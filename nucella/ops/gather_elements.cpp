#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// Positions 0, 1, ... along `axis`, broadcast to `shape`, with a last axis of extent 1.
Tensor coordinate(const Shape& shape, int axis) {
  Shape along = Shape::filled(shape.ndim(), 1);
  along[axis] = shape[axis];
  const Tensor line = ops::reshape(arange(0, static_cast<double>(shape[axis]), 1, int64), along);
  return ops::expand_dims(ops::broadcast_to(line, shape), -1);
}

}  // namespace

extern constinit const OpDef gather_elements_op{
    .doc =
        "The elements of `x` at the positions in `index` along `dim`: out[i][j] = x[index[i][j]][j] "
        "for dim 0. `index` has as many axes as `x` and is nowhere longer, but along `dim`. "
        "IndexError for a position outside [-extent, extent).",
    .primitive = "GatherD",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &index = call.in[1];
          check<ValueError>(
              x.ndim() > 0 && index.ndim() == x.ndim(),
              "gather_elements: 'index' must have as many dimensions as 'x', at least one, got shapes ",
              index.shape(), " and ", x.shape());
          const int dim = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather_elements", "dim");
          check<TypeError>(index.dtype() == int32 || index.dtype() == int64,
                           "gather_elements: 'index' must be Int32 or Int64, got ", index.dtype());
          Tensors places;
          for (int i = 0; i < x.ndim(); ++i) {
            check<ValueError>(i == dim || index.shape()[i] <= x.shape()[i],
                              "gather_elements: 'index' of shape ", index.shape(),
                              " is longer than 'x' of shape ", x.shape(), " along axis ", i);
            places.push_back(i == dim ? ops::expand_dims(ops::cast(index, int64), -1)
                                      : coordinate(index.shape(), i));
          }
          call.out[0] = rules::naming_op(call, [&] { return ops::gather_nd(x, ops::concat(places, -1)); });
        },
    .samples =
        "f32[4], i64[6]{-4..3}; 0 | f32[2,3], i32[2,2]{0..2}; 1 | f32[3,2,4], i64[2,2,4]{0..2}; 0 | "
        "f32[2,3], i64[0,3]; 0 | !ValueError f32[2,3], i64[3]; 0 | !ValueError f32[2,3], "
        "i64[3,1]{0..1}; 1 | !IndexError f32[2], i64[1]{5..6}; 0 | !TypeError f32[2], f32[1]; 0",
};

}  // namespace nucella
