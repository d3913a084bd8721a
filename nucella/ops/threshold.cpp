#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef threshold_op{
    .doc = "x where it is above `threshold`, `value` elsewhere.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [threshold, value] = unpack<double, double>(call.attrs);
          check<TypeError>(x.dtype() != bool_, "threshold: expected a tensor of numbers, got Bool");
          call.out[0] = ops::where(x > rules::constant(threshold, x), x, rules::constant(value, x));
        },
    .samples =
        "f32[2,3]{1..2}; 0.5, 9.0 | f32[2,3]{-2..-1}; 0.5, 9.0 | f32[0,3]; 0.5, 1.0 | i32[5]; 2.0, 7.0 | "
        "f16[5]{1..2}; 0.5, 9.0 | !TypeError bool[2]; 0.5, 1.0",
};

}  // namespace nucella
