#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef softmax_op{
    .doc = "exp(x), scaled so that it sums to 1 along `axis`.",
    .primitive = "Softmax",
    .infer = rules::infer_softmax,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& y = call.out[0];
          const Tensor gy = ops::mul(g[0], y);
          const Shape axis{call.attrs[0].as<int64_t>()};
          return Tensors{ops::sub(gy, ops::mul(y, ops::reduce_sum(gy, axis, true)))};
        },
    .saves = saves_out({0}),
    .samples =
        "f32[2,3]; -1 | f32[2,3]; 0 | f32[5]; 0 | f32[2,3,4]; 1 | f16[2,70]; -1 | f64[3,40]; 1 | "
        "f32[0,3]; -1 | f32[3,0]; 1 | !ValueError f32[2,3]; 2 | !ValueError f32[]; -1 | !TypeError "
        "i32[2]; 0",
};

}  // namespace nucella
