#include "nucella/ops/callbacks.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef recompute_op{
    .doc =
        "Takes the inputs (the first `inputs` of `tensors`) and the outputs of a computation that nobody has "
        "recorded and returns the outputs; their gradients reach the inputs through `callback`, which runs "
        "the "
        "computation again. Keeps none of the values.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const auto inputs = static_cast<size_t>(call.attrs[0].as<int64_t>());
          for (size_t i = 0; i < out.size(); ++i)
            out[i] = {call.in[inputs + i].dtype(), call.in[inputs + i].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto inputs = static_cast<size_t>(call.attrs[0].as<int64_t>());
          Tensors grads =
              rules::run_callback(call.attrs[1], {}, {}, rules::defined_grads(call, g), inputs, "recompute");
          grads.resize(call.in.size());
          return grads;
        },
    .saves = kSavesNone,
    .count_outputs =
        [](const Call& call) {
          const int64_t inputs = call.attrs[0].as<int64_t>(), all = static_cast<int64_t>(call.in.size());
          check<ValueError>(inputs >= 0 && inputs <= all, "recompute: 'inputs' must be in [0, ", all,
                            "], got ", inputs);
          return static_cast<int>(all - inputs);
        },
    .samples = "f32[2,3], f32[2]; 1 | f32[2], f32[3], f32[], i32[0]; 2 | !ValueError f32[2]; 2",
};

}  // namespace nucella
