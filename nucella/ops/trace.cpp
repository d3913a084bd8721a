#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef trace_op{
    .doc = "The sum of the diagonal of a matrix.",
    .primitive = "Trace",
    .compose =
        [](const Call& call) {
          check<ValueError>(call.in[0].ndim() == 2, "trace: expected a matrix, got the shape ",
                            call.in[0].shape());
          check<TypeError>(call.in[0].dtype() != bool_, "trace: expected a tensor of numbers, got Bool");
          call.out[0] = ops::reduce_sum(ops::diagonal(call.in[0], 0, 0, 1));
        },
    .samples =
        "f32[3,3] | f32[2,4] | i32[2,2] | f32[0,3] | f16[2,2] | !ValueError f32[2] | !TypeError bool[2,2]",
};

}  // namespace nucella
