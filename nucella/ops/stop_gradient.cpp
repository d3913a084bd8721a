#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef stop_gradient_op{
    .doc = "`x` as a new tensor over the same data, through which no gradient flows.",
    .infer = rules::infer_same,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          return x.as_strided(x.shape(), x.strides(), x.impl()->offset);
        },
    .samples = "f32[2,3] | f32[0] | i32[]",
};

}  // namespace nucella
