#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef matmul_ext_op{
    .doc =
        "Product of vectors, matrices or stacks of matrices in the last two axes, as `@` in Python: "
        "a vector counts as a row on the left and as a column on the right, and leading axes are "
        "broadcast.",
    .primitive = "MatMulExt",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          check<ValueError>(x.ndim() > 0 && y.ndim() > 0,
                            "matmul_ext: 'x' and 'y' must have at least one dimension, got shapes ",
                            x.shape(), " and ", y.shape());
          rules::check_numeric(call, "x", x);
          rules::check_same_dtype(call, "y", y, "x", x);
          const int64_t columns_of_x = x.shape().back(), rows_of_y = y.shape()[std::max(y.ndim() - 2, 0)];
          check<ValueError>(columns_of_x == rows_of_y,
                            "matmul_ext: the columns of 'x' and the rows of 'y' must agree, got ",
                            columns_of_x, " and ", rows_of_y, " (shapes ", x.shape(), " and ", y.shape(),
                            ")");
          if (x.ndim() == 2 && y.ndim() == 2) {
            call.out[0] = ops::matmul(x, y);
            return;
          }
          if (x.ndim() > 2 && y.ndim() > 2)
            broadcast_shapes(Shape(x.shape().begin(), x.shape().end() - 2),
                             Shape(y.shape().begin(), y.shape().end() - 2), "matmul_ext");
          const Tensor rows = x.ndim() == 1 ? ops::expand_dims(x, 0) : x;
          const Tensor columns = y.ndim() == 1 ? ops::expand_dims(y, 1) : y;
          Tensor out = rows.ndim() == 2 && columns.ndim() == 2 ? ops::matmul(rows, columns)
                                                               : ops::batch_matmul(rows, columns);
          if (y.ndim() == 1) out = ops::squeeze(out, {-1});
          if (x.ndim() == 1) out = ops::squeeze(out, {y.ndim() == 1 ? -1 : -2});
          call.out[0] = out;
        },
    .samples =
        "f32[2,3], f32[3,4] | f32[3], f32[3] | f32[3], f32[3,4] | f32[2,3], f32[3] | f32[2,2,3], "
        "f32[3] | f32[3], f32[2,3,4] | f32[2,2,3], f32[3,4] | f32[5,1,2,3], f32[4,3,4] | f32[0,3], "
        "f32[3] | !ValueError f32[2,3], f32[4,3] | !ValueError f32[], f32[2] | !TypeError f32[3], "
        "f16[3]",
};

}  // namespace nucella
