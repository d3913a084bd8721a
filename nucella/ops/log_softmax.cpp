#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

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
    .samples = rules::kSoftmaxSamples,
};

}  // namespace nucella
