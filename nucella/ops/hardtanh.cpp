#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef hardtanh_op{
    .doc = "min(max(x, min_val), max_val).",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [low, high] = unpack<double, double>(call.attrs);
          check<TypeError>(x.dtype() != bool_, "hardtanh: expected a tensor of numbers, got Bool");
          check<ValueError>(low <= high, "hardtanh: 'min_val' must be at most 'max_val', got ", low, " and ",
                            high);
          call.out[0] = ops::clamp(x, rules::constant(low, x), rules::constant(high, x));
        },
    .samples =
        "f32[2,3]{-0.9..0.9} | f32[2,3]{1.5..2}; -1.0, 1.0 | f32[0,3] | i32[4]; -1.0, 2.0 | "
        "f16[5]{-0.9..0.9} | !ValueError f32[2]; 1.0, 0.0 | !TypeError bool[2]",
};

}  // namespace nucella
