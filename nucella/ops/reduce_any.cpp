#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_any_op{
    .doc =
        "Whether any element along the axes in `axis` (all of them when it is empty) is true; "
        "numbers count as true unless 0.",
    .primitive = "ReduceAny",
    .compose =
        [](const Call& call) {
          const auto& [axis, keep_dims] = unpack<Ints, bool>(call.attrs);
          rules::axis_mask(axis, call.in[0].ndim(), "reduce_any");
          call.out[0] =
              ops::reduce_sum(ops::cast(call.in[0], bool_), Shape(axis), keep_dims);  // on bool a logical or
        },
    .samples =
        "bool[2,3] | f32[2,3] | bool[2,3,4]; (0, -1) | bool[2,3]; (1,), True | i32[2,3]; (0,) | "
        "bool[0,3]; (0,) | bool[] | !ValueError bool[2,3]; (2,) | !RuntimeError bool[2,3]; (1, 1)",
};

}  // namespace nucella
