#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef sum_to_op{
    .doc = "Sums `x` down to `shape`, from which it could have been broadcast: the gradient of broadcasting.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Shape shape(call.attrs[0].as<Ints>());
          const Shape& from = call.in[0].shape();
          check<ValueError>(shape.ndim() <= from.ndim() && broadcast_shapes(from, shape, "sum_to") == from,
                            "sum_to: 'shape' must broadcast to ", from, ", got ", shape);
          out[0] = {call.in[0].dtype(), shape};
        },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::broadcast_to(g[0], call.in[0].shape())}; },
    .saves = kSavesNone,
    .samples =
        "f32[2,3]; (3,) | f32[2,3]; (2, 1) | f32[2,3]; () | f32[0,3]; (3,) | !ValueError f32[2,3]; (2, 2)",
};

}  // namespace nucella
