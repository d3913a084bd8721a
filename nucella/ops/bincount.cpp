#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef bincount_op{
    .doc =
        "How often every number 0, 1, ... stands in a vector of integers >= 0, or the sum of the weights "
        "that stand beside it, as float32 (float64 for such weights): as many as the largest needs, at least "
        "`minlength`.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &weights = call.in[1];
          const int64_t minlength = call.attrs[0].as<int64_t>();
          check<TypeError>(is_integral(x.dtype()) && x.dtype() != bool_,
                           "bincount: expected a tensor of integers, got ", x.dtype());
          check<ValueError>(x.ndim() == 1, "bincount: expected a vector, got the shape ", x.shape());
          check<ValueError>(minlength >= 0, "bincount: 'minlength' must not be negative, got ", minlength);
          check<ValueError>(!weights.defined() || weights.shape() == x.shape(),
                            "bincount: 'weights' must have the shape ", x.shape(), " of 'x'");
          const Tensor at = ops::cast(x, int64);
          int64_t count = minlength;
          if (x.size() > 0) {
            check<ValueError>(ops::reduce_min(at).to_vector<int64_t>()[0] >= 0,
                              "bincount: expected numbers >= 0");
            count = std::max(count, ops::reduce_max(at).to_vector<int64_t>()[0] + 1);
          }
          Tensor added = weights.defined() ? weights : ones(x.shape());
          if (added.dtype() != float64) added = ops::cast(added, float32);
          call.out[0] = ops::scatter_nd(ops::expand_dims(at, -1), added, {count});
        },
    .samples =
        "i64[5]{0..3}, none | i32[5]{0..3}, f32[5]; 9 | u8[4]{0..2}, i32[4] | i64[0], none; 3 | !ValueError "
        "i64[2]{-2..-1}, none | !ValueError i64[2,2]{0..1}, none | !ValueError i64[2]{0..1}, none; -1 | "
        "!ValueError i64[2]{0..1}, f32[3] | !TypeError f32[2], none",
};

}  // namespace nucella
