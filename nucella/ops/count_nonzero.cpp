#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef count_nonzero_op{
    .doc =
        "The number of elements that are not zero over the axes in `axis` (all of them when it is empty), as "
        "numbers of `dtype`.",
    .primitive = "CountNonZero",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [axis, keep_dims, dtype] = unpack<Ints, bool, DType>(call.attrs);
          check<TypeError>(dtype != bool_, "count_nonzero: 'dtype' must be a dtype of numbers, got Bool");
          rules::axis_mask(axis, x.ndim(), "count_nonzero");
          const Tensor set = ops::not_equal(x, rules::constant(0, x));
          call.out[0] = ops::cast(ops::reduce_sum(ops::cast(set, int64), Shape(axis), keep_dims), dtype);
        },
    .samples =
        "f32[2,3] | i32[2,3]{0..1}; (0,) | bool[2,3]; (1,), True | f32[0,3]; (0,), False, int64 | f16[4]; "
        "(), False, float32 | !ValueError f32[2]; (1,) | !TypeError f32[2]; (), False, bool",
};

}  // namespace nucella
