#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef addr_op{
    .doc = "beta * x + alpha * (a b^T) for vectors; a `beta` of 0 leaves x unread.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &a = call.in[1], &b = call.in[2];
          const auto& [beta, alpha] = unpack<double, double>(call.attrs);
          check<TypeError>(a.dtype() == b.dtype() && a.dtype() == x.dtype() && x.dtype() != bool_,
                           "addr: the tensors must be numbers of one dtype, got ", x.dtype(), ", ", a.dtype(),
                           " and ", b.dtype());
          check<ValueError>(a.ndim() == 1 && b.ndim() == 1, "addr: the shapes ", a.shape(), " and ",
                            b.shape(), " cannot be multiplied");
          const Tensor product = ops::outer(a, b);
          broadcast_shapes(x.shape(), product.shape(), "addr");
          const Tensor scaled = alpha == 1 ? product : product * rules::constant(alpha, x);
          call.out[0] = beta == 0 ? scaled + zeros(x.shape(), x.dtype())
                                  : scaled + (beta == 1 ? x : x * rules::constant(beta, x));
        },
    .samples =
        "f32[2,3], f32[2], f32[3] | f32[3], f32[2], f32[3]; 0.5, 2.0 | f32[0,3], f32[0], f32[3] | "
        "!ValueError f32[2], f32[2,3], f32[2] | !TypeError f32[2], i32[2], i32[2]",
};

}  // namespace nucella
