#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef swapaxes_op{
    .doc = "A view with two axes exchanged.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [axis0, axis1] = unpack<int64_t, int64_t>(call.attrs);
          const int first = normalize_axis(axis0, x.ndim(), "swapaxes", "axis0"),
                    second = normalize_axis(axis1, x.ndim(), "swapaxes", "axis1");
          Shape perm;
          for (int i = 0; i < x.ndim(); ++i) perm.push_back(i == first ? second : i == second ? first : i);
          call.out[0] = ops::transpose(x, perm);
        },
    .samples =
        "f32[2,3]; 0, 1 | f32[2,3,4]; -1, 0 | f32[2]; 0, 0 | f32[0,3]; 0, 1 | !ValueError f32[2]; 0, 1",
};

}  // namespace nucella
