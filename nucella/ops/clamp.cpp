#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef clamp_op{
    .doc =
        "`x` brought between `min` and `max`, either of which may be missing; with broadcasting. NaN "
        "stays NaN.",
    .compose =
        [](const Call& call) {
          Tensor out = call.in[0];
          check<ValueError>(call.in[1].defined() || call.in[2].defined(),
                            "clamp: at least one of 'min' and 'max' must be given");
          if (call.in[1].defined()) out = ops::maximum(out, call.in[1]);
          if (call.in[2].defined()) out = ops::minimum(out, call.in[2]);
          call.out[0] = out;
        },
    .samples =
        "f32[2,3], f32[]{-0.5..-0.4}, f32[]{0.4..0.5} | f32[2,3], none, f32[3]{0.4..0.5} | f32[4], "
        "f32[4]{-0.5..-0.4}, none | i32[5], i32[]{-1..1}, i32[]{3..4} | f32[0], f32[], none | "
        "!ValueError f32[2], none, none",
};

}  // namespace nucella
