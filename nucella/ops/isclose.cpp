#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef isclose_op{
    .doc =
        "True where |x - y| <= atol + rtol * |y|, with broadcasting; infinities are close to themselves, NaN "
        "with `equal_nan` to NaN.",
    .primitive = "IsClose",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          const auto& [rtol, atol, equal_nan] = unpack<double, double, bool>(call.attrs);
          check<ValueError>(rtol >= 0 && atol >= 0, "isclose: 'rtol' and 'atol' must not be negative, got ",
                            rtol, " and ", atol);
          check<TypeError>(x.dtype() == y.dtype(), "isclose: 'x' and 'y' must be of one dtype, got ",
                           x.dtype(), " and ", y.dtype());
          broadcast_shapes(x.shape(), y.shape(), "isclose");
          Tensor close = ops::equal(x, y);
          if (is_floating(x.dtype())) {
            const Tensor bound = atol + rtol * ops::abs(y), gap = ops::abs(x - y);
            close = ops::logical_or(close, ops::logical_and(ops::less_equal(gap, bound), ops::isfinite(y)));
            if (equal_nan) close = ops::logical_or(close, ops::logical_and(ops::isnan(x), ops::isnan(y)));
          } else if (x.dtype() != bool_) {
            const Tensor a = ops::cast(x, float64), b = ops::cast(y, float64);
            close = ops::less_equal(ops::abs(a - b), atol + rtol * ops::abs(b));
          }
          call.out[0] = close;
        },
    .samples =
        "f32[2,3], f32[2,3] | f32[2,1], f32[3]; 0.5, 0.5, True | i32[4]{0..2}, i32[4]{0..2} | bool[3], "
        "bool[3] | f32[0,3], f32[3] | f16[5], f16[5] | !ValueError f32[2], f32[3] | !ValueError f32[2], "
        "f32[2]; -1.0 | !TypeError i32[2], f32[2]",
};

}  // namespace nucella
