#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logsumexp_op{
    .doc =
        "log of the sum of exp(x) over the axes in `axis` (all of them when it is empty), without "
        "overflow.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [axis, keep_dims] = unpack<Ints, bool>(call.attrs);
          check<TypeError>(is_floating(x.dtype()), "logsumexp: expected a floating-point tensor, got ",
                           x.dtype());
          rules::axis_mask(axis, x.ndim(), "logsumexp");
          const Tensor top = ops::stop_gradient(ops::reduce_max(x, Shape(axis), true));
          const Tensor total = ops::log(ops::reduce_sum(ops::exp(ops::sub(x, top)), Shape(axis), keep_dims));
          call.out[0] = ops::add(total, ops::reshape(top, total.shape()));
        },
    .samples =
        "f32[5] | f32[2,3]; (0,) | f32[2,3]; (1,), True | f32[2,3,4]; (0, 2) | f16[6] | !TypeError "
        "i32[2] | !ValueError f32[2,3]; (2,)",
};

}  // namespace nucella
