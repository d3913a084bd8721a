#include <cmath>

#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef matrix_norm_op{
    .doc =
        "The norm of the matrices along the two axes in `axis` that is a largest (1, infinity) or smallest "
        "(-1, -infinity) sum of |x|: of columns for 1 and -1, of rows for infinity.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [p, axis, keep] = unpack<double, Ints, bool>(call.attrs);
          rules::check_floating(call, x, "x");
          check<ValueError>(axis.size() == 2, "matrix_norm: 'axis' must hold two axes, got ", call.attrs[1]);
          const int rows = normalize_axis(axis[0], x.ndim(), "matrix_norm"),
                    columns = normalize_axis(axis[1], x.ndim(), "matrix_norm");
          check<ValueError>(rows != columns, "matrix_norm: 'axis' names an axis twice: ", call.attrs[1]);
          if (std::abs(p) == 2)
            raise<NotImplementedError>("matrix_norm: 'ord' ", p,
                                       " needs singular values, which nucella lacks");
          check<ValueError>(std::abs(p) == 1 || std::isinf(p),
                            "matrix_norm: 'ord' must be 1, -1, inf or -inf, got ", p);
          const bool over_rows = std::abs(p) == 1;
          const Tensor sums = ops::reduce_sum(ops::abs(x), {over_rows ? rows : columns}, true);
          const Shape rest{over_rows ? columns : rows};
          const Tensor out = p > 0 ? ops::reduce_max(sums, rest, true) : ops::reduce_min(sums, rest, true);
          call.out[0] = keep ? out : ops::squeeze(out, {rows, columns});
        },
    .samples =
        "f32[3,4]{0.5..2} | f32[2,3,4]{0.5..2}; inf | f32[3,4]{0.5..2}; -1.0, (1, 0), True | "
        "f16[2,3]{0.5..2}; -inf | !ValueError f32[2,2]; 3.0 | !ValueError f32[2,2]; 1.0, (0,) | !ValueError "
        "f32[2,2]; 1.0, (0, 0) | !NotImplementedError f32[2,2]; 2.0 | !TypeError i32[2,2]",
};

}  // namespace nucella
