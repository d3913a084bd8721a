#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef adaptive_max_pool_op{
    .doc =
        "The largest elements over the last axes of `x`, as many as `output_size` has numbers, so that these "
        "extents come out; -1 keeps one. Place o takes the elements from floor(o in / out) to ceil((o + 1) "
        "in / out).",
    .compose =
        [](const Call& call) {
          const Ints& size = call.attrs[0].as<Ints>();
          rules::adaptive_output(call);
          call.out[0] = rules::take_from_planes(call.in[0], ops::adaptive_max_pool_indices(call.in[0], size),
                                                static_cast<int>(size.size()));
        },
    .samples =
        "f32[2,3,6]; (3,) | f32[2,3,5]; (3,) | f32[2,3,4,6]; (2, 3) | f32[1,2,5,7]; (2, 3) | f32[3,4,6]; (1, "
        "1) | f32[2,3,4,6]; (-1, 4) | f32[1,2,4,3,5]; (2, 2, -1) | f32[2,3,3]; (5,) | f32[0,3,4,6]; (2, 2) | "
        "!ValueError f32[4,6]; (2, 2) | !ValueError f32[1,4,6]; (0, 2) | !ValueError f32[1,0,6]; (2, 2) | "
        "!ValueError f32[1,4,6]; () | !TypeError i32[1,4,6]; (2, 2)",
};

}  // namespace nucella
