#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef addmm_op{
    .doc = "beta * x + alpha * (a b) for matrices; a `beta` of 0 leaves x unread.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &a = call.in[1], &b = call.in[2];
          const auto& [beta, alpha] = unpack<double, double>(call.attrs);
          check<TypeError>(a.dtype() == b.dtype() && a.dtype() == x.dtype() && x.dtype() != bool_,
                           "addmm: the tensors must be numbers of one dtype, got ", x.dtype(), ", ",
                           a.dtype(), " and ", b.dtype());
          check<ValueError>(a.ndim() == 2 && b.ndim() == 2 && a.shape()[1] == b.shape()[0],
                            "addmm: the shapes ", a.shape(), " and ", b.shape(), " cannot be multiplied");
          const Tensor product = ops::matmul(a, b);
          broadcast_shapes(x.shape(), product.shape(), "addmm");
          const Tensor scaled = alpha == 1 ? product : product * rules::constant(alpha, x);
          call.out[0] = beta == 0 ? scaled + zeros(x.shape(), x.dtype())
                                  : scaled + (beta == 1 ? x : x * rules::constant(beta, x));
        },
    .samples =
        "f32[2,4], f32[2,3], f32[3,4] | f32[4], f32[2,3], f32[3,4]; 0.5, 2.0 | f32[2,4], f32[2,3], f32[3,4]; "
        "0.0 | f32[0,4], f32[0,3], f32[3,4] | f16[2,2], f16[2,2], f16[2,2] | !ValueError f32[2], f32[2,3], "
        "f32[2,2] | !ValueError f32[3], f32[2,2], f32[2,2] | !TypeError f32[2,2], i32[2,2], i32[2,2]",
};

}  // namespace nucella
