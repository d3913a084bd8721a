#include "nucella/ops/rules.h"
#include "nucella/tensor/slice.h"

namespace nucella {

extern constinit const OpDef strided_slice_op{
    .doc =
        "begin:end:step of the leading axes, as Python slices them (negative positions and steps, bounds "
        "clamped), "
        "without a copy.",
    .primitive = "StridedSlice",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
          out[0] = {call.in[0].dtype(), slice_shape(call.in[0].shape(), begin, end, step, "strided_slice")};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
          return Tensors{ops::strided_slice_grad(g[0], call.in[0].shape(), begin, end, step)};
        },
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
          return slice_view(call.in[0], begin, end, step, "strided_slice");
        },
    .samples =
        "f32[4,3]; (1,), (3,), () | f32[4,3]; (0, 0), (4, 3), (2, 2) | f32[4]; (3,), (-5,), (-1,) | "
        "f32[5,4]; (-1, 2), (0, 2), (-2, 1) | f32[4]; (3,), (1,), () | f32[4]; (0,), (99,), (9,) | "
        "!ValueError f32[4]; (0,), (4,), (0,) | !ValueError f32[4]; (0,), (4, 4), () | "
        "!ValueError f32[4]; (0, 0), (4, 4), ()",
};

}  // namespace nucella
