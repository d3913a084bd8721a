#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_all_op{
    .doc =
        "Whether all elements along the axes in `axis` (all of them when it is empty) are true; "
        "numbers count as true unless 0.",
    .primitive = "ReduceAll",
    .compose =
        [](const Call& call) {
          const auto& [axis, keep_dims] = unpack<Ints, bool>(call.attrs);
          rules::axis_mask(axis, call.in[0].ndim(), "reduce_all");
          call.out[0] =
              ops::logical_not(ops::reduce_any(ops::logical_not(call.in[0]), Shape(axis), keep_dims));
        },
    .samples =
        "bool[2,3] | f32[2,3] | bool[2,3,4]; (0, -1) | bool[2,3]; (1,), True | i32[2,3]; (0,) | "
        "bool[0,3]; (0,) | bool[] | !ValueError bool[2,3]; (2,) | !RuntimeError bool[2,3]; (1, 1)",
};

}  // namespace nucella
