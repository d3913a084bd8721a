#include "nucella/ops/patches.h"

namespace nucella {

extern constinit const OpDef unfold_op{
    .doc =
        "The patches under a sliding window of `kernel_size` over the images `x` (N, C, H, W), padded with "
        "zeros, as columns: (N, C kh kw, places).",
    .primitive = "Im2Col",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_ndim(call, "x", x.shape(), 4);
          const rules::Patches patches(call, 0, x.shape()[2], x.shape()[3]);
          const Tensor padded = ops::pad(x, patches.border(1));
          Tensors taps;
          for (int64_t tap = 0; tap < patches.taps(); ++tap) {
            const auto [begin, end, step] = patches.slice(tap, x.shape()[0], x.shape()[1]);
            taps.push_back(ops::strided_slice(padded, begin, end, step));
          }
          call.out[0] = ops::reshape(ops::stack(taps, 2),
                                     {x.shape()[0], x.shape()[1] * patches.taps(), patches.places()});
        },
    .samples =
        "f32[2,3,4,5]; (2, 3) | f32[1,2,5,5]; (2,), (2, 1), (1, 0), (2,) | f32[1,1,3,3]; (3,), (1,), (1,) | "
        "i32[1,1,3,3]; (2,) | f32[0,2,4,4]; (2,) | !ValueError f32[3,4,5]; (2,) | !ValueError f32[1,1,3,3]; "
        "(4,) | !ValueError f32[1,1,3,3]; (2,), (0,)",
};

}  // namespace nucella
