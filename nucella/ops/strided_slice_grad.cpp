#include "nucella/ops/rules.h"
#include "nucella/tensor/slice.h"

namespace nucella {

extern constinit const OpDef strided_slice_grad_op{
    .doc =
        "Zeros of `shape` with `grad` written into the slice begin:end:step: the gradient of strided_slice.",
    .primitive = "StridedSliceGrad",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const auto& [dims, begin, end, step] = unpack<Ints, Ints, Ints, Ints>(call.attrs);
          const Shape shape(dims);
          check<ValueError>(shape.is_static(), "strided_slice_grad: 'shape' must hold extents >= 0, got ",
                            shape);
          const Shape slice = slice_shape(shape, begin, end, step, "strided_slice_grad");
          check<ValueError>(call.in[0].shape() == slice, "strided_slice_grad: 'grad' must have the shape ",
                            slice, " of the slice, got ", call.in[0].shape());
          out[0] = {call.in[0].dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [dims, begin, end, step] = unpack<Ints, Ints, Ints, Ints>(call.attrs);
          return Tensors{ops::strided_slice(g[0], begin, end, step)};
        },
    .saves = kSavesNone,
    .samples =
        "f32[2,3]; (4, 3), (1,), (3,), () | f32[2]; (4,), (3,), (-5,), (-2,) | f32[0]; (4,), (3,), (1,), () "
        "| "
        "!ValueError f32[3]; (4,), (1,), (3,), ()",
};

}  // namespace nucella
