#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cast_op{
    .doc = "The same values as another dtype; floats become integers by dropping the fraction.",
    .primitive = "Cast",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          out[0] = {call.attrs[0].as<DType>(), call.in[0].shape()};
        },
    .vjp = [](const Call& call,
              std::span<const Tensor> g) { return Tensors{ops::cast(g[0], call.in[0].dtype())}; },
    .saves = kSavesNone,
    .elementwise = true,
    .samples = "f32[2,3]; float16 | f32[0,3]; int32 | i32[]; float32",
};

}  // namespace nucella
