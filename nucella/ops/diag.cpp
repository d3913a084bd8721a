#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef diag_op{
    .doc =
        "A tensor of twice the axes of `x`, with its elements where both halves of the index agree, and "
        "zeros elsewhere.",
    .primitive = "Diag",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          check<ValueError>(x.ndim() >= 1 && x.ndim() <= kMaxDims / 2, "diag: expected 1 to ", kMaxDims / 2,
                            " dimensions, got the shape ", x.shape());
          Shape twice = x.shape();
          for (int64_t extent : x.shape()) twice.push_back(extent);
          call.out[0] = ops::reshape(ops::diag_embed(ops::reshape(x, {x.size()})), twice);
        },
    .samples = "f32[3] | f32[2,2] | i32[2] | f32[0] | f16[2] | !ValueError f32[]",
};

}  // namespace nucella
