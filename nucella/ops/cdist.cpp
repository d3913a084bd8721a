#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cdist_op{
    .doc =
        "The distances of order `p` between the rows of `x1` (..., m, k) and those of `x2` (..., n, k): "
        "(..., m, n).",
    .primitive = "Cdist",
    .compose =
        [](const Call& call) {
          const Tensor &a = call.in[0], &b = call.in[1];
          const double p = call.attrs[0].as<double>();
          rules::check_floating(call, a, "x1");
          check<TypeError>(a.dtype() == b.dtype(), "cdist: 'x1' and 'x2' must be of one dtype, got ",
                           a.dtype(), " and ", b.dtype());
          check<ValueError>(a.ndim() >= 2 && b.ndim() >= 2 && a.shape().back() == b.shape().back(),
                            "cdist: expected rows of one length, got the shapes ", a.shape(), " and ",
                            b.shape());
          check<ValueError>(p >= 0, "cdist: 'p' must not be negative, got ", p);
          const Tensor rows = ops::expand_dims(a, -2), columns = ops::expand_dims(b, -3);
          broadcast_shapes(rows.shape(), columns.shape(), "cdist");
          call.out[0] = ops::vector_norm(ops::sub(rows, columns), p, {-1});
        },
    .samples =
        "f32[2,3]{1..2}, f32[4,3]{-1..0} | f32[2,2,3]{1..2}, f32[2,1,3]{-1..0}; 1.0 | f32[2,3]{1..2}, "
        "f32[4,3]{-1..0}; inf | f32[0,3], f32[4,3] | f16[2,2]{1..2}, f16[2,2]{-1..0} | !ValueError f32[2,3], "
        "f32[2,2] | !ValueError f32[2], f32[2] | !ValueError f32[2,2], f32[2,2]; -1.0 | !TypeError i32[2,2], "
        "i32[2,2]",
};

}  // namespace nucella
