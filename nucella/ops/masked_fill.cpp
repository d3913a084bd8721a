#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef masked_fill_op{
    .doc = "`x` with `value`, one number, where `mask` is true; both broadcast.",
    .primitive = "MaskedFill",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &mask = call.in[1], &value = call.in[2];
          check<TypeError>(mask.dtype() == bool_, "masked_fill: 'mask' must be of dtype Bool, got ",
                           mask.dtype());
          check<ValueError>(value.size() == 1, "masked_fill: 'value' must be one number, got shape ",
                            value.shape());
          broadcast_shapes(x.shape(), mask.shape(), "masked_fill");
          call.out[0] = ops::select(mask, ops::cast(ops::reshape(value, {}), x.dtype()), x);
        },
    .samples =
        "f32[2,3], bool[2,3], f32[] | f32[2,3], bool[3], f32[1] | f32[3], bool[2,1], i32[] | f32[0], "
        "bool[0], f32[] | !TypeError f32[2], f32[2], f32[] | !ValueError f32[2], bool[3], f32[] | "
        "!ValueError f32[2], bool[2], f32[2]",
};

}  // namespace nucella
