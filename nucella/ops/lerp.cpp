#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef lerp_op{
    .doc = "start + weight * (end - start), with broadcasting.",
    .primitive = "Lerp",
    .compose =
        [](const Call& call) {
          const Tensor &start = call.in[0], &end = call.in[1], &weight = call.in[2];
          rules::check_floating(call, start, "start");
          check<TypeError>(end.dtype() == start.dtype(), "lerp: 'end' must have the dtype ", start.dtype(),
                           " of 'start', got ", end.dtype());
          broadcast_shapes(broadcast_shapes(start.shape(), end.shape(), "lerp"), weight.shape(), "lerp");
          call.out[0] = start + ops::cast(weight, start.dtype()) * (end - start);
        },
    .samples =
        "f32[2,3], f32[2,3], f32[2,3] | f32[2,3], f32[3], f32[] | f32[0,3], f32[3], f32[] | f16[5], f16[5], "
        "f16[] | !ValueError f32[2], f32[3], f32[] | !TypeError i32[2], i32[2], f32[] | !TypeError f32[2], "
        "f64[2], f32[]",
};

}  // namespace nucella
