#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef batch_matmul_op{
    .doc =
        "Products of the matrices in the last two axes, each transposed first if its flag says so; the "
        "leading axes "
        "are broadcast.",
    .primitive = "BatchMatMul",
    .infer =
        [](const Call &call, std::span<Meta> out) {
          const auto [ta, tb] = unpack<bool, bool>(call.attrs);
          const Tensor &x = call.in[0], &y = call.in[1];
          const Shape &xs = x.shape(), &ys = y.shape();
          check<ValueError>(xs.ndim() >= 2, "batch_matmul: 'x' must have at least 2 dimensions, got shape ",
                            xs);
          check<ValueError>(ys.ndim() >= 2, "batch_matmul: 'y' must have at least 2 dimensions, got shape ",
                            ys);
          rules::check_numeric(call, "x", x);
          rules::check_same_dtype(call, "y", y, "x", x);
          const int64_t inner_x = xs[xs.ndim() - 1 - ta], inner_y = ys[ys.ndim() - 2 + tb];
          check<ValueError>(inner_x == inner_y,
                            "batch_matmul: the columns of 'x' and the rows of 'y' must agree, got ", inner_x,
                            " and ", inner_y, " (shapes ", xs, " and ", ys, ")");
          Shape shape = broadcast_shapes(Shape(xs.begin(), xs.end() - 2), Shape(ys.begin(), ys.end() - 2),
                                         "batch_matmul");
          shape.push_back(xs[xs.ndim() - 2 + ta]);
          shape.push_back(ys[ys.ndim() - 1 - tb]);
          out[0] = {x.dtype(), shape};
        },
    .vjp =
        [](const Call &call, std::span<const Tensor> g) {
          const auto [ta, tb] = unpack<bool, bool>(call.attrs);
          const Tensor &x = call.in[0], &y = call.in[1];
          Tensors grads(2);
          if (call.wants(0))
            grads[0] = rules::unbroadcast(
                ta ? ops::batch_matmul(y, g[0], tb, true) : ops::batch_matmul(g[0], y, false, !tb), x);
          if (call.wants(1))
            grads[1] = rules::unbroadcast(
                tb ? ops::batch_matmul(g[0], x, true, ta) : ops::batch_matmul(x, g[0], !ta, false), y);
          return grads;
        },
    .samples =
        "f32[2,2,3], f32[2,3,4] | f32[2,3,2], f32[2,4,3]; True, True | f32[5,1,2,3], f32[4,3,4] | f32[2,3], "
        "f32[3,4] | "
        "f32[0,2,3], f32[0,3,4] | f32[2,2,0], f32[2,0,4] | !ValueError f32[2,2,3], f32[2,4,3] | "
        "!ValueError f32[2,2,3], f32[3,3,4] | !ValueError f32[3], f32[3,4] | !TypeError f32[1,2,3], "
        "f16[1,3,4]",
};

}  // namespace nucella
