#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef matmul_op{
    .doc = "The product of two matrices, each transposed first if its flag says so.",
    .primitive = "MatMul",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const auto [ta, tb] = unpack<bool, bool>(call.attrs);
          const Tensor &x = call.in[0], &y = call.in[1];
          rules::check_ndim(call, "x", x.shape(), 2);
          rules::check_ndim(call, "y", y.shape(), 2);
          rules::check_numeric(call, "x", x);
          rules::check_same_dtype(call, "y", y, "x", x);
          check<ValueError>(x.shape()[!ta] == y.shape()[tb],
                            "matmul: the columns of 'x' and the rows of 'y' must agree, got ", x.shape()[!ta],
                            " and ", y.shape()[tb], " (shapes ", x.shape(), " and ", y.shape(), ")");
          out[0] = {x.dtype(), {x.shape()[ta], y.shape()[!tb]}};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto [ta, tb] = unpack<bool, bool>(call.attrs);
          const Tensor &x = call.in[0], &y = call.in[1];
          Tensors grads(2);
          if (call.wants(0))
            grads[0] = ta ? ops::matmul(y, g[0], tb, true) : ops::matmul(g[0], y, false, !tb);
          if (call.wants(1))
            grads[1] = tb ? ops::matmul(g[0], x, true, ta) : ops::matmul(x, g[0], !ta, false);
          return grads;
        },
    .samples =
        "f32[2,3], f32[3,4] | f32[3,2], f32[3,4]; True | f32[2,3], f32[4,3]; False, True | "
        "f32[3,2], f32[4,3]; True, True | f32[0,3], f32[3,4] | f32[2,0], f32[0,4] | i32[2,3], i32[3,4] | "
        "!ValueError f32[2,3], f32[4,3] | !ValueError f32[3], f32[3,4] | !TypeError f32[2,3], f16[3,4] | "
        "!TypeError bool[2,3], bool[3,4]",
};

}  // namespace nucella
