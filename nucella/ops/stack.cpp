#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef stack_op{
    .doc = "Joins tensors of the same shape and dtype along a new axis at position `axis` of the result.",
    .primitive = "Stack",
    .compose =
        [](const Call& call) {
          check<ValueError>(call.in.size() > 0, "stack: 'tensors' must hold at least one tensor");
          const Tensor& first = call.in[0];
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), first.ndim() + 1, "stack");
          Tensors rows;
          for (const Tensor* t : call.in) {
            check<ValueError>(t->shape() == first.shape(),
                              "stack: all tensors must have the same shape, got ", first.shape(), " and ",
                              t->shape());
            check<TypeError>(t->dtype() == first.dtype(), "stack: all tensors must have the same dtype, got ",
                             first.dtype(), " and ", t->dtype());
            rows.push_back(ops::expand_dims(*t, axis));
          }
          call.out[0] = ops::concat(rows, axis);
        },
    .samples =
        "f32[2,3], f32[2,3]; 0 | f32[2], f32[2], f32[2]; -1 | f32[], f32[]; 0 | !ValueError f32[2], f32[3]; "
        "0 | "
        "!ValueError f32[2], f32[2]; 2 | !TypeError f32[2], i32[2]; 0",
};

}  // namespace nucella
