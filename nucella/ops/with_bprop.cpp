#include "nucella/ops/callbacks.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef with_bprop_op{
    .doc =
        "Takes the inputs and the outputs of a computation and returns the outputs; their gradients reach "
        "the "
        "inputs (the first `inputs` of `tensors`) through `bprop` alone.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const auto inputs = static_cast<size_t>(call.attrs[0].as<int64_t>());
          for (size_t i = 0; i < out.size(); ++i)
            out[i] = {call.in[inputs + i].dtype(), call.in[inputs + i].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto inputs = static_cast<size_t>(call.attrs[0].as<int64_t>());
          Tensors ins;
          for (size_t i = 0; i < inputs; ++i) ins.push_back(call.in[i]);
          const Tensors outs(call.out.begin(), call.out.end());
          const auto* callback =
              dynamic_cast<const BackwardCallback*>(call.attrs[1].as<std::shared_ptr<Callback>>().get());
          const bool as_they_are = callback && !callback->wants_zeros();
          const Tensors given = as_they_are ? Tensors(g.begin(), g.end()) : rules::defined_grads(call, g);
          Tensors grads = rules::run_callback(call.attrs[1], ins, outs, given, inputs, "with_bprop");
          grads.resize(call.in.size());
          return grads;
        },
    .count_outputs =
        [](const Call& call) {
          const int64_t inputs = call.attrs[0].as<int64_t>(), all = static_cast<int64_t>(call.in.size());
          check<ValueError>(inputs >= 0 && inputs <= all, "with_bprop: 'inputs' must be in [0, ", all,
                            "], got ", inputs);
          return static_cast<int>(all - inputs);
        },
    .samples = "f32[2,3], f32[2]; 1 | f32[2], f32[3], f32[], i32[0]; 2 | !ValueError f32[2]; 2",
};

}  // namespace nucella
