#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef add_n_op{
    .doc = "The sum of all tensors of a list, which must have one shape and dtype.",
    .primitive = "AddN",
    .compose =
        [](const Call& call) {
          check<ValueError>(call.in.size() > 0, "add_n: 'tensors' must hold at least one tensor");
          Tensor sum = call.in[0];
          for (size_t i = 1; i < call.in.size(); ++i) {
            check<ValueError>(call.in[i].shape() == sum.shape(),
                              "add_n: all tensors must have the same shape, got ", sum.shape(), " and ",
                              call.in[i].shape());
            check<TypeError>(call.in[i].dtype() == sum.dtype(),
                             "add_n: all tensors must have the same dtype, got ", sum.dtype(), " and ",
                             call.in[i].dtype());
            sum = ops::add(sum, call.in[i]);
          }
          call.out[0] = sum;
        },
    .samples =
        "f32[2,3], f32[2,3], f32[2,3] | f32[2] | i32[3], i32[3] | f32[0], f32[0] | !ValueError "
        "f32[2], f32[3] | !TypeError f32[2], i32[2]",
};

}  // namespace nucella
