#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef masked_scatter_op{
    .doc =
        "`x` with the elements where `mask` is true replaced by the first elements of `source`, in row-major "
        "order.",
    .primitive = "MaskedScatter",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &mask = call.in[1], &source = call.in[2];
          check<TypeError>(mask.dtype() == bool_, "masked_scatter: 'mask' must be of dtype Bool, got ",
                           mask.dtype());
          check<TypeError>(source.dtype() == x.dtype(), "masked_scatter: 'source' must have the dtype ",
                           x.dtype(), " of 'x', got ", source.dtype());
          check<ValueError>(broadcast_shapes(x.shape(), mask.shape(), "masked_scatter") == x.shape(),
                            "masked_scatter: 'mask' of shape ", mask.shape(),
                            " does not broadcast to the shape ", x.shape());
          const Shape flat{-1};
          const Tensor places = ops::nonzero(ops::reshape(ops::broadcast_to(mask, x.shape()), flat));
          const int64_t count = places.shape()[0];
          check<ValueError>(source.size() >= count, "masked_scatter: 'source' must hold at least ", count,
                            " elements, got ", source.size());
          const Tensor first = ops::strided_slice(ops::reshape(source, flat), {0}, {count});
          call.out[0] = ops::reshape(ops::tensor_scatter(ops::reshape(x, flat), places, first), x.shape());
        },
    .samples =
        "f32[2,3], bool[2,3], f32[6] | f32[2,3], bool[3], f32[2,3] | f32[0], bool[0], f32[0] | i32[4], "
        "bool[1], i32[4] | f16[4], bool[4], f16[4] | !ValueError f32[2], bool[2,2], f32[4] | !ValueError "
        "f32[3], bool[1]{1..1}, f32[2] | !TypeError f32[2], f32[2], f32[2] | !TypeError f32[2], bool[2], "
        "i32[2]",
};

}  // namespace nucella
