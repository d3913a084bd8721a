#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef addbmm_op{
    .doc =
        "beta * x + alpha * (the sum of the products of a batch of matrices); a `beta` of 0 leaves x unread.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &a = call.in[1], &b = call.in[2];
          const auto& [beta, alpha] = unpack<double, double>(call.attrs);
          check<TypeError>(a.dtype() == b.dtype() && a.dtype() == x.dtype() && x.dtype() != bool_,
                           "addbmm: the tensors must be numbers of one dtype, got ", x.dtype(), ", ",
                           a.dtype(), " and ", b.dtype());
          check<ValueError>(
              a.ndim() == 3 && b.ndim() == 3 && a.shape()[0] == b.shape()[0] && a.shape()[2] == b.shape()[1],
              "addbmm: the shapes ", a.shape(), " and ", b.shape(), " cannot be multiplied");
          const Tensor product = ops::reduce_sum(ops::batch_matmul(a, b), {0});
          broadcast_shapes(x.shape(), product.shape(), "addbmm");
          const Tensor scaled = alpha == 1 ? product : product * rules::constant(alpha, x);
          call.out[0] = beta == 0 ? scaled + zeros(x.shape(), x.dtype())
                                  : scaled + (beta == 1 ? x : x * rules::constant(beta, x));
        },
    .samples =
        "f32[2,4], f32[2,2,3], f32[2,3,4] | f32[4], f32[2,2,3], f32[2,3,4]; 0.5, 2.0 | f32[2,4], f32[0,2,3], "
        "f32[0,3,4] | !ValueError f32[2], f32[2,3], f32[2,2] | !TypeError f32[2,2], i32[2,2,2], i32[2,2,2]",
};

}  // namespace nucella
