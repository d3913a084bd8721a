#include "nucella/ops/callbacks.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef call_backward_op{
    .doc = "The inputs unchanged; in the backward pass `callback` sees their gradients and may replace them.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          for (size_t i = 0; i < out.size(); ++i) out[i] = {call.in[i].dtype(), call.in[i].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          Tensors grads(g.begin(), g.end());
          for (size_t i = 0; i < grads.size(); ++i)
            if (!call.wants(i)) grads[i] = {};
          return rules::run_callback(call.attrs[0], {}, {}, grads, call.in.size(), "call_backward");
        },
    .saves = kSavesNone,
    .count_outputs = [](const Call& call) { return static_cast<int>(call.in.size()); },
    .samples = "f32[2,3] | f32[2], i32[3,0] | f32[], f16[4], bool[2]",
};

}  // namespace nucella
