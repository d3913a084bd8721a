#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

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
    .samples = rules::kSoftmaxSamples,
};

}  // namespace nucella
