#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef masked_select_op{
    .doc = "The elements of `x` where `mask` is true, both broadcast to one shape, as a 1-d tensor.",
    .primitive = "MaskedSelect",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &mask = call.in[1];
          check<TypeError>(mask.dtype() == bool_, "masked_select: 'mask' must be of dtype Bool, got ",
                           mask.dtype());
          broadcast_shapes(x.shape(), mask.shape(), "masked_select");
          out[0] = {x.dtype(), {kUnknownDim}};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &mask = call.in[1];
          const Shape shape = broadcast_shapes(x.shape(), mask.shape(), "masked_select");
          const Tensor places = ops::nonzero(ops::reshape(ops::broadcast_to(mask, shape), {-1}));
          const Tensor grad = ops::reshape(ops::scatter_nd(places, g[0], {shape.numel()}), shape);
          return Tensors{rules::unbroadcast(grad, x), {}};
        },
    .saves = saves_in({0, 1}),
    .samples =
        "f32[2,3], bool[2,3] | f32[2,3], bool[3] | f32[3], bool[2,1] | f32[], bool[] | f32[0], bool[0] | "
        "!TypeError f32[2], f32[2] | !ValueError f32[2], bool[3]",
};

}  // namespace nucella
