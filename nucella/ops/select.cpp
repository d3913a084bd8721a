#include "nucella/ops/rules.h"
#include "nucella/tensor/create.h"

namespace nucella {

extern constinit const OpDef select_op{
    .doc = "`x` where `condition` is true, `y` elsewhere, with broadcasting.",
    .primitive = "Select",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &condition = call.in[0], &x = call.in[1], &y = call.in[2];
          check<TypeError>(condition.dtype() == bool_, "select: 'condition' must be of dtype Bool, got ",
                           condition.dtype());
          check<TypeError>(x.dtype() == y.dtype(), "select: 'x' and 'y' must have the same dtype, got ",
                           x.dtype(), " and ", y.dtype());
          out[0] = {x.dtype(), broadcast_shapes(condition.shape(),
                                                broadcast_shapes(x.shape(), y.shape(), "select"), "select")};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &condition = call.in[0], &x = call.in[1], &y = call.in[2];
          const Tensor zero = zeros({}, g[0].dtype());
          return Tensors{{},
                         rules::unbroadcast(ops::select(condition, g[0], zero), x),
                         rules::unbroadcast(ops::select(condition, zero, g[0]), y)};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples =
        "bool[2,3], f32[2,3], f32[2,3] | bool[3], f32[2,3], f32[1] | bool[2,1], f32[3], f32[] | "
        "bool[0], f32[0], f32[0] | bool[2], i64[2], i64[2] | !TypeError f32[2], f32[2], f32[2] | "
        "!TypeError bool[2], f32[2], i32[2] | !ValueError bool[2], f32[2], f32[3]",
};

}  // namespace nucella
