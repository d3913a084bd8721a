#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef masked_select_op{
    .doc = "The elements of `x` where `mask` is true, both broadcast to one shape, as a 1-d tensor.",
    .primitive = "MaskedSelect",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &mask = call.in[1];
          check<TypeError>(mask.dtype() == bool_, "masked_select: 'mask' must be of dtype Bool, got ",
                           mask.dtype());
          const Shape shape = broadcast_shapes(x.shape(), mask.shape(), "masked_select");
          const Shape flat{-1};
          // As vectors, so that scalars need no case of their own.
          const Tensor places = ops::nonzero(ops::reshape(ops::broadcast_to(mask, shape), flat));
          call.out[0] = ops::gather_nd(ops::reshape(ops::broadcast_to(x, shape), flat), places);
        },
    .samples =
        "f32[2,3], bool[2,3] | f32[2,3], bool[3] | f32[3], bool[2,1] | f32[], bool[] | f32[0], bool[0] | "
        "!TypeError f32[2], f32[2] | !ValueError f32[2], bool[3]",
};

}  // namespace nucella
