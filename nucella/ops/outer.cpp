#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef outer_op{
    .doc = "The products of every element of one vector with every one of the other: out[i][j] = x[i] y[j].",
    .primitive = "Ger",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          check<ValueError>(x.ndim() == 1 && y.ndim() == 1, "outer: expected two vectors, got the shapes ",
                            x.shape(), " and ", y.shape());
          call.out[0] = ops::mul(ops::expand_dims(x, 1), y);
        },
    .samples =
        "f32[2], f32[3] | f32[0], f32[3] | i32[2], i32[2] | f16[2], f16[3] | !ValueError f32[2,2], f32[2] | "
        "!ValueError f32[], f32[2]",
};

}  // namespace nucella
