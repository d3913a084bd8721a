#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef addcmul_op{
    .doc = "x + value * tensor1 * tensor2, with broadcasting; `value` is 1 when it is left out.",
    .primitive = "Addcmul",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &a = call.in[1], &b = call.in[2], &value = call.in[3];
          check<TypeError>(x.dtype() != bool_, "addcmul: expected tensors of numbers, got Bool");
          broadcast_shapes(broadcast_shapes(x.shape(), a.shape(), "addcmul"), b.shape(), "addcmul");
          const Tensor product = a * b;
          call.out[0] = x + (value.defined() ? product * ops::cast(value, product.dtype()) : product);
        },
    .samples =
        "f32[2,3], f32[2,3], f32[2,3], none | f32[2,3], f32[3], f32[2,1], f32[] | f32[0,3], f32[3], f32[3], "
        "f32[] | f16[5], f16[5], f16[5], none | !ValueError f32[2], f32[3], f32[3], none | !TypeError "
        "bool[2], bool[2], bool[2], none",
};

}  // namespace nucella
