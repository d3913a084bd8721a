#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef triplet_margin_loss_op{
    .doc =
        "max(0, |anchor - positive| - |anchor - negative| + margin) with norms of order `p` along the last "
        "axis and `eps` added to each difference; `swap` takes the nearer of anchor and positive as the "
        "partner of negative (Balntas et al., 2016). The losses are averaged, summed or left alone by "
        "`reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &anchor = call.in[0], &positive = call.in[1], &negative = call.in[2];
          const auto& [margin, p, eps, swap, reduction] =
              unpack<double, double, double, bool, std::string>(call.attrs);
          rules::check_floating(call, anchor, "anchor");
          check<ValueError>(anchor.ndim() > 0 && positive.ndim() > 0 && negative.ndim() > 0,
                            "triplet_margin_loss: expected vectors, got a scalar");
          broadcast_shapes(broadcast_shapes(anchor.shape(), positive.shape(), "triplet_margin_loss"),
                           negative.shape(), "triplet_margin_loss");
          const auto distance = [&, order = p, shift = eps](const Tensor& a, const Tensor& b) {
            return ops::vector_norm(a - b + shift, order, {-1});
          };
          const Tensor near = distance(anchor, positive);
          Tensor far = distance(anchor, negative);
          if (swap) far = ops::minimum(far, distance(positive, negative));
          call.out[0] = rules::reduce_losses(call, ops::relu(near - far + margin), call.attrs[4]);
        },
    .samples =
        "f32[2,3]{1..2}, f32[2,3]{-2..-1}, f32[2,3]{1..1.2} | f32[2,3]{1..2}, f32[2,3]{-2..-1}, "
        "f32[3]{1..1.2}; 0.5, 1.0, 1e-6, True, 'sum' | f32[0,3], f32[0,3], f32[0,3]; 1.0, 2.0, 1e-6, False, "
        "'none' | !ValueError f32[], f32[], f32[] | !ValueError f32[2], f32[2], f32[2]; 1.0, 2.0, 1e-6, "
        "False, 'max' | !TypeError i32[2], i32[2], i32[2]",
};

}  // namespace nucella
