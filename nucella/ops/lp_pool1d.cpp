#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef lp_pool1d_op{
    .doc =
        "The p-th root of the sum of the p-th powers under each place of a window that moves over `x` (N, C, "
        "L), "
        "p being `norm_type`. With `ceil_mode` the sum of a window that reaches over the end is scaled up to "
        "a "
        "whole one. `stride` () is `kernel_size`.",
    .compose = [](const Call& call) { call.out[0] = rules::lp_pool(call, 1); },
    .samples =
        "f32[2,3,6]{0.5..2}; 2.0, (2,) | f32[1,2,6]{0.5..2}; 3.0, (3,), (2,), True | f32[1,2,6]{0.5..2}; "
        "1.0, "
        "(2,), (1,) | f32[0,3,6]; 2.0, (2,) | f32[2,6]{0.5..2}; 2.0, (2,) | !ValueError f32[4]; 2.0, (2,) | "
        "!ValueError f32[1,1,6]; "
        "2.0, (7,) | !ValueError f32[1,1,6]; 0.0, (2,) | !TypeError i32[1,1,6]; 2.0, (2,)",
};

}  // namespace nucella
