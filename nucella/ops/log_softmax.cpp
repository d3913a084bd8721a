#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef log_softmax_op{
    .doc = "Logarithm of the softmax along `axis`, computed without overflow.",
    .primitive = "LogSoftmax",
    .infer = rules::infer_softmax,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Shape axis{call.attrs[0].as<int64_t>()};
          return Tensors{ops::sub(g[0], ops::mul(ops::exp(call.out[0]), ops::reduce_sum(g[0], axis, true)))};
        },
    .saves = saves_out({0}),
    .samples =
        "f32[2,3]; -1 | f32[2,3]; 0 | f32[5]; 0 | f32[2,3,4]; 1 | f16[2,70]; -1 | f64[3,40]; 1 | "
        "f32[0,3]; -1 | f32[3,0]; 1 | !ValueError f32[2,3]; 2 | !ValueError f32[]; -1 | !TypeError "
        "i32[2]; 0",
};

}  // namespace nucella
