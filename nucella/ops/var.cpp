#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef var_op{
    .doc =
        "Variance over the axes in `axis` (all of them when it is empty): the sum of the squared "
        "distances from the mean, divided by the number of elements less `ddof`.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor& x = call.in[0];
          const auto& [axis, ddof, keep_dims] = unpack<Ints, int64_t, bool>(call.attrs);
          check<TypeError>(is_floating(x.dtype()), "var: expected a floating-point tensor, got ", x.dtype());
          const uint32_t mask = rules::axis_mask(axis, x.ndim(), "var");
          out[0] = {x.dtype(), rules::reduced_shape(x.shape(), mask, keep_dims)};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          const auto& [axes, ddof, keep_dims] = unpack<Ints, int64_t, bool>(call.attrs);
          const Shape axis(axes);
          const double count =
              static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(g[0].size(), 1));
          const Tensor scale = rules::constant(2 / (count - static_cast<double>(ddof)), x);
          const Tensor wide = ops::unreduce(ops::mul(g[0], scale), x.shape(), axis);
          return Tensors{ops::mul(wide, ops::sub(x, ops::reduce_mean(x, axis, true)))};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[5] | f32[70000] | f32[3,9000]; (1,) | f32[150,300]; (0,), 1 | f32[2,70,3,17]; (1, 3) | "
        "f32[2,3]; (0,) | f32[4,3]; (1,), 1, True | f32[2,3,4]; (0, -1) | f16[6] | "
        "!TypeError i32[2] | !ValueError f32[2,3]; (2,)",
};

}  // namespace nucella
