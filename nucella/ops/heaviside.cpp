#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef heaviside_op{
    .doc = "0 where x is negative, 1 where it is positive, `values` where it is 0.",
    .primitive = "Heaviside",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &values = call.in[1];
          check<TypeError>(x.dtype() == values.dtype() && x.dtype() != bool_,
                           "heaviside: 'x' and 'values' must be numbers of one dtype, got ", x.dtype(),
                           " and ", values.dtype());
          broadcast_shapes(x.shape(), values.shape(), "heaviside");
          const Tensor zero = rules::constant(0, x), one = rules::constant(1, x);
          call.out[0] = ops::where(ops::equal(x, zero), values, ops::where(ops::greater(x, zero), one, zero));
        },
    .samples =
        "f32[2,3]{0.1..2}, f32[3] | i32[4]{0..1}, i32[4] | f32[0,3], f32[3] | f16[5]{-2..-0.1}, f16[5] | "
        "!ValueError f32[2], f32[3] | !TypeError i32[2], f32[2]",
};

}  // namespace nucella
