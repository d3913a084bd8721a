#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef max_pool2d_indices_op{
    .doc =
        "For each place of the window of max_pool2d where the (first) largest element lies, as its index in "
        "the "
        "plane of `x`: row * width + column.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_floating(call, call.in[0], "x");
          out[0] = {int64, rules::dilated_pool_shape(call, call.in[0].shape(), 2)};
        },
    .samples =
        "f32[2,3,4,6]; (2, 2), (2, 2) | f32[1,2,5,6]; (3, 2), (2, 1), 'same' | "
        "f32[1,2,7,8]; (2, 3), (2, 1), 'pad', (1, 1, 1, 1), False, (3, 2) | f32[0,3,4,6]; (2, 2), (2, 2) | "
        "!ValueError f32[1,1,4,6]; (5, 2), (2, 2) | !TypeError i32[1,1,4,6]; (2, 2), (2, 2)",
};

}  // namespace nucella
