#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef std_op{
    .doc =
        "Standard deviation over the axes in `axis` (all of them when it is empty): the square root "
        "of var().",
    .compose =
        [](const Call& call) {
          const auto& [axis, ddof, keep_dims] = unpack<Ints, int64_t, bool>(call.attrs);
          check<TypeError>(is_floating(call.in[0].dtype()), "std: expected a floating-point tensor, got ",
                           call.in[0].dtype());
          rules::axis_mask(axis, call.in[0].ndim(), "std");
          call.out[0] = ops::sqrt(ops::var(call.in[0], Shape(axis), ddof, keep_dims));
        },
    .samples =
        "f32[5] | f32[4,3]; (0,) | f32[4,3]; (1,), 1, True | f32[2,3,4]; (0, -1) | f16[6] | "
        "!TypeError i32[2] | !ValueError f32[2,3]; (2,)",
};

}  // namespace nucella
