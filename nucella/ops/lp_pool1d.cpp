#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef lp_pool1d_op{
    .doc =
        "The p-th root of the sum of the p-th powers under each place of a window that moves over `x` (N, C, "
        "L), "
        "p being `norm_type`. With `ceil_mode` the sum of a window that reaches over the end is scaled up to "
        "a "
        "whole one. `stride` () is `kernel_size`.",
    .compose =
        [](const Call& call) {
          const auto& [p, kernel, stride, ceil_mode] = unpack<double, Ints, Ints, bool>(call.attrs);
          const bool one = call.in[0].ndim() == 2;  // a sample without its batch
          const Tensor x = one ? ops::expand_dims(call.in[0], 0) : call.in[0];
          const Attr pool[] = {kernel, stride.empty() ? kernel : stride, "pad", Ints{0}, ceil_mode};
          const Call mean{call.op, call.in, pool, {}};
          rules::check_floating(call, x, "x");
          rules::pool_shape(mean, x.shape(), 1);
          check<ValueError>(p != 0, "lp_pool1d: 'norm_type' must not be 0");
          int64_t count = 1;
          for (const Window& w : pool_windows(pool, x.shape())) count *= w.kernel;
          const Tensor powers = ops::pow(x, rules::constant(p, x));
          const Tensor means =
              ops::avg_pool1d(powers, pool[0].as<Ints>(), pool[1].as<Ints>(), "pad", {0}, ceil_mode);
          const Tensor sums = ops::mul(means, rules::constant(static_cast<double>(count), x));
          const Tensor roots = ops::pow(sums, rules::constant(1 / p, x));
          call.out[0] = one ? ops::squeeze(roots, {0}) : roots;
        },
    .samples =
        "f32[2,3,6]{0.5..2}; 2.0, (2,) | f32[1,2,6]{0.5..2}; 3.0, (3,), (2,), True | f32[1,2,6]{0.5..2}; "
        "1.0, "
        "(2,), (1,) | f32[0,3,6]; 2.0, (2,) | f32[2,6]{0.5..2}; 2.0, (2,) | !ValueError f32[4]; 2.0, (2,) | "
        "!ValueError f32[1,1,6]; "
        "2.0, (7,) | !ValueError f32[1,1,6]; 0.0, (2,) | !TypeError i32[1,1,6]; 2.0, (2,)",
};

}  // namespace nucella
