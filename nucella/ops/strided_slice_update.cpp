#include "nucella/ops/rules.h"
#include "nucella/tensor/create.h"
#include "nucella/tensor/slice.h"

namespace nucella {

extern constinit const OpDef strided_slice_update_op{
    .doc = "Writes `value` into the slice begin:end:step of `x` in place and returns `x`.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &value = call.in[1];
          const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
          const Shape slice = slice_shape(x.shape(), begin, end, step, "strided_slice_update");
          check<ValueError>(value.shape() == slice, "strided_slice_update: 'value' must have the shape ",
                            slice, " of the slice, got ", value.shape());
          check<TypeError>(value.dtype() == x.dtype(), "strided_slice_update: 'value' must have the dtype ",
                           x.dtype(), " of 'x', got ", value.dtype());
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [begin, end, step] = unpack<Ints, Ints, Ints>(call.attrs);
          const Tensor written = ones(call.in[1].shape(), bool_);
          const Tensor mask = ops::strided_slice_grad(written, g[0].shape(), begin, end, step);
          return Tensors{ops::select(mask, zeros({}, g[0].dtype()), g[0]),
                         ops::strided_slice(g[0], begin, end, step)};
        },
    .saves = kSavesNone,
    .effect = Effect::kMemory,
    .updates = {1, 2},
    .samples =
        "f32[4,3], f32[2,3]; (1,), (3,), () | f32[4], f32[2]; (3,), (-5,), (-2,) | f32[], f32[]; (), (), () "
        "| "
        "f32[4], f32[0]; (3,), (1,), () | !ValueError f32[4], f32[3]; (1,), (3,), () | "
        "!TypeError f32[4], i32[2]; (1,), (3,), ()",
};

}  // namespace nucella
