#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cosine_similarity_op{
    .doc =
        "The cosines of the angles between the vectors along the axis `dim`; a product of lengths below "
        "`eps` counts as `eps`.",
    .compose =
        [](const Call& call) {
          const Tensor &x1 = call.in[0], &x2 = call.in[1];
          const auto& [along, eps] = unpack<int64_t, double>(call.attrs);
          rules::check_floating(call, x1, "x1");
          const Shape common = broadcast_shapes(x1.shape(), x2.shape(), "cosine_similarity");
          const int axis = normalize_axis(along, common.ndim(), "cosine_similarity", "dim") - common.ndim();
          const Tensor a = ops::broadcast_to(x1, common), b = ops::broadcast_to(x2, common);
          const Tensor lengths =
              ops::reduce_sum(ops::square(a), {axis}) * ops::reduce_sum(ops::square(b), {axis});
          const Tensor bounded = ops::maximum(lengths, rules::constant(eps * eps, lengths));
          call.out[0] = ops::reduce_sum(a * b, {axis}) / ops::sqrt(bounded);
        },
    .samples =
        "f32[2,3]{0.5..2}, f32[2,3]{0.5..2} | f32[4,3]{0.5..2}, f32[3]{0.5..2}; -1 | f32[0,3], f32[3] | "
        "f64[2,2]{0.5..2}, f64[2,2]{0.5..2}; 0 | !ValueError f32[2], f32[2] | !ValueError f32[2,3], f32[2,2] "
        "| !TypeError i32[2,2], i32[2,2]",
};

}  // namespace nucella
