#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef fractional_max_pool_op{
    .doc =
        "The largest element under windows of `kernel_size` at uneven distances (Graham, 2015) over the last "
        "two or three axes of `x` (N, C, ...), so that `output_size` comes out. `samples` (N, C, axes) in "
        "[0, "
        "1) says for each plane where its windows lie, beginning with the last axis for images and with the "
        "first one for volumes.",
    .compose =
        [](const Call& call) {
          const auto& [kernel, size] = unpack<Ints, Ints>(call.attrs);
          rules::check_fractional(call);
          call.out[0] = rules::take_from_planes(
              call.in[0], ops::fractional_max_pool_indices(call.in[0], call.in[1], kernel, size),
              call.in[0].ndim() - 2);
        },
    .samples =
        "f32[2,3,5,6], f32[2,3,2]{0..0.9}; (2,), (2, 3) | f32[1,2,5,5], f32[1,2,2]{0..0.9}; (2, 3), (1, 3) | "
        "f32[1,1,4,5,6], f32[1,1,3]{0..0.9}; (2,), (2,) | !ValueError f32[5,6], f32[2,3,2]; (2,), (2,) | "
        "!ValueError f32[1,1,5,6], f32[1,1,3]; (2,), (2,) | !ValueError f32[1,1,5,6], f32[1,1,2]; (2,), (5,) "
        "| "
        "!TypeError i32[1,1,5,6], f32[1,1,2]; (2,), (2,)",
};

}  // namespace nucella
