#include "nucella/ops/rules.h"
#include "nucella/tensor/strided.h"

namespace nucella {

extern constinit const OpDef broadcast_to_op{
    .doc = "`x` read as `shape`, without a copy; -1 keeps the extent of that axis.",
    .primitive = "BroadcastTo",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          Shape shape(call.attrs[0].as<Ints>());
          const Shape& from = call.in[0].shape();
          const int lead = shape.ndim() - from.ndim();
          for (int i = 0; i < shape.ndim(); ++i)
            if (shape[i] == -1 && i >= lead) shape[i] = from[i - lead];
          check<ValueError>(
              lead >= 0 && shape.is_static() && broadcast_shapes(from, shape, "broadcast_to") == shape,
              "broadcast_to: an input of shape ", from, " cannot be broadcast to ", shape);
          out[0] = {call.in[0].dtype(), shape};
        },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::sum_to(g[0], call.in[0].shape())}; },
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          Meta meta;
          entry_of(call.op).def->infer(call, {&meta, 1});
          return call.in[0].as_strided(meta.shape, broadcast_strides(call.in[0], meta.shape),
                                       call.in[0].impl()->offset);
        },
    .samples =
        "f32[3]; (2, 3) | f32[2,1]; (2, 3) | f32[]; (2,) | f32[1,3]; (-1, 3) | !ValueError f32[2]; (3,)",
};

}  // namespace nucella
