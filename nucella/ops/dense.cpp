#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef dense_op{
    .doc =
        "x W^T + b over the last axis of `x` (..., in), with `weight` (out, in) and, if given, `bias` "
        "(out,).",
    .primitive = "Dense",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &weight = call.in[1], &bias = call.in[2];
          check<IndexError>(x.ndim() > 0, "dense: 'x' must have at least one dimension, got a scalar");
          rules::check_ndim(call, "weight", weight.shape(), 2);
          rules::check_numeric(call, "x", x);
          rules::check_same_dtype(call, "weight", weight, "x", x);
          check<ValueError>(x.shape().back() == weight.shape()[1], "dense: the last extent of 'x' must be ",
                            weight.shape()[1], " as in 'weight' of shape ", weight.shape(), ", got shape ",
                            x.shape());
          Shape shape = x.shape();
          shape[shape.ndim() - 1] = weight.shape()[0];
          out[0] = {x.dtype(), shape};
          if (!bias.defined()) return;
          rules::check_same_dtype(call, "bias", bias, "x", x);
          rules::check_shape(call, "bias", bias.shape(), {weight.shape()[0]});
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          Tensors grads(3);
          if (call.wants(0)) grads[0] = ops::dense_input_grad(g[0], call.in[1]);
          if (call.wants(1) || call.wants(2)) {
            auto [dw, db] = ops::dense_weight_grad(call.in[0], g[0], call.in[2].defined());
            grads[1] = dw;
            if (call.in[2].defined()) grads[2] = db;
          }
          return grads;
        },
    .saves = saves_in({0, 1}),
    .samples =
        "f32[2,3], f32[4,3], f32[4] | f32[3], f32[4,3], none | f32[2,5,3], f32[4,3], f32[4] | f32[0,3], "
        "f32[4,3], "
        "f32[4] | "
        "f32[2,0], f32[4,0], f32[4] | !ValueError f32[2,3], f32[4,2], none | !IndexError f32[], f32[4,2], "
        "none | "
        "!TypeError f32[2,3], f16[4,3], none | !ValueError f32[2,3], f32[4,3], f32[3]",
};

}  // namespace nucella
