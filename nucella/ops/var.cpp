#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef var_op{
    .doc =
        "Variance over the axes in `axis` (all of them when it is empty): the sum of the squared "
        "distances from the mean, divided by the number of elements less `ddof`.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [axis, ddof, keep_dims] = unpack<Ints, int64_t, bool>(call.attrs);
          check<TypeError>(is_floating(x.dtype()), "var: expected a floating-point tensor, got ", x.dtype());
          rules::axis_mask(axis, x.ndim(), "var");
          const Tensor distances = ops::sub(x, ops::reduce_mean(x, Shape(axis), true));
          const Tensor total = ops::reduce_square_sum(distances, Shape(axis), keep_dims);
          const double count =
              static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(total.size(), 1));
          call.out[0] = ops::div(total, rules::constant(count - static_cast<double>(ddof), total));
        },
    .samples =
        "f32[5] | f32[2,3]; (0,) | f32[4,3]; (1,), 1, True | f32[2,3,4]; (0, -1) | f16[6] | "
        "!TypeError i32[2] | !ValueError f32[2,3]; (2,)",
};

}  // namespace nucella
