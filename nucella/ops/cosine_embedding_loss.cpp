#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cosine_embedding_loss_op{
    .doc =
        "With c the cosine of the vectors along axis 1: 1 - c where the target is 1, max(0, c - margin) "
        "where it is -1. The losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or "
        "'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x1 = call.in[0], &x2 = call.in[1], &target = call.in[2];
          const double margin = call.attrs[0].as<double>();
          rules::check_floating(call, x1, "x1");
          check<ValueError>(margin >= -1 && margin <= 1,
                            "cosine_embedding_loss: 'margin' must be in [-1, 1], got ", margin);
          check<ValueError>(x1.ndim() >= 2 && x1.shape() == x2.shape(),
                            "cosine_embedding_loss: expected tensors of one shape (N, C, ...), got ",
                            x1.shape(), " and ", x2.shape());
          constexpr double kEps = 1e-12;
          const auto along = [](const Tensor& t) { return ops::reduce_sum(t, {1}); };
          const Tensor lengths = (along(ops::square(x1)) + kEps) * (along(ops::square(x2)) + kEps);
          const Tensor cosine = along(x1 * x2) / ops::sqrt(lengths);
          broadcast_shapes(cosine.shape(), target.shape(), "cosine_embedding_loss");
          const Tensor zero = rules::constant(0, cosine);
          const Tensor near = ops::where(target == 1, 1.0 - cosine, zero);
          call.out[0] = rules::reduce_losses(
              call, near + ops::where(target == -1, ops::relu(cosine - margin), zero), call.attrs[1]);
        },
    .samples =
        "f32[2,3]{0.5..2}, f32[2,3]{0.5..2}, f32[2]{1..1} | f32[2,3]{0.5..2}, f32[2,3]{0.5..2}, "
        "i32[2]{-1..-1}; 0.1, 'sum' | f32[0,3], f32[0,3], f32[0]; 0.0, 'none' | !ValueError f32[2,3], "
        "f32[2,3], f32[2]; 2.0 | !ValueError f32[2], f32[2], f32[] | !ValueError f32[2,3], f32[2,3], f32[2]; "
        "0.0, 'max' | !TypeError i32[2,2], i32[2,2], i32[2]",
};

}  // namespace nucella
