#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef addcdiv_op{
    .doc = "x + value * tensor1 / tensor2, with broadcasting; `value` is 1 when it is left out.",
    .primitive = "Addcdiv",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &a = call.in[1], &b = call.in[2], &value = call.in[3];
          rules::check_floating(call, x, "x");
          broadcast_shapes(broadcast_shapes(x.shape(), a.shape(), "addcdiv"), b.shape(), "addcdiv");
          const Tensor product = a / b;
          call.out[0] = x + (value.defined() ? product * ops::cast(value, product.dtype()) : product);
        },
    .samples =
        "f32[2,3], f32[2,3], f32[2,3]{0.5..2}, none | f32[2,3], f32[3], f32[2,1]{0.5..2}, f32[] | f32[0,3], "
        "f32[3], f32[3]{0.5..2}, f32[] | f16[5], f16[5], f16[5]{0.5..2}, none | !ValueError f32[2], f32[3], "
        "f32[3]{0.5..2}, none | !TypeError bool[2], bool[2], bool[2], none",
};

}  // namespace nucella
