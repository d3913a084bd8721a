#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef float_status_op{
    .doc = "1 if an element of `x` is infinite or NaN, else 0, as float32 of shape (1,).",
    .primitive = "FloatStatus",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_floating(call, call.in[0], "x");
          out[0] = {float32, {1}};
        },
    .samples = "f32[2,3] | f16[4] | f64[0] | f32[] | !TypeError i32[2]",
};

}  // namespace nucella
