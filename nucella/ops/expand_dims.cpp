#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef expand_dims_op{
    .doc = "`x` with a new axis of extent 1 at position `axis` of the result, without a copy.",
    .primitive = "ExpandDims",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor& x = call.in[0];
          out[0] = {x.dtype(), x.shape()};
          out[0].shape.insert(normalize_axis(call.attrs[0].as<int64_t>(), x.ndim() + 1, "expand_dims"), 1);
        },
    .vjp = rules::reshape_vjp,
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim() + 1, "expand_dims");
          Shape shape = x.shape(), strides = x.strides();
          strides.insert(axis, axis < x.ndim() ? shape[axis] * strides[axis] : 1);
          shape.insert(axis, 1);
          return x.as_strided(shape, strides, x.impl()->offset);
        },
    .samples =
        "f32[2,3]; 0 | f32[2,3]; 2 | f32[2,3]; -1 | f32[]; 0 | f32[0]; 1 | !ValueError f32[2,3]; 3 | "
        "!ValueError f32[2,3]; -4",
};

}  // namespace nucella
