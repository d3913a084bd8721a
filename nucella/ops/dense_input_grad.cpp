#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef dense_input_grad_op{
    .doc = "The gradient of dense with respect to its input: `grad` (..., out) times `weight` (out, in).",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &grad = call.in[0], &weight = call.in[1];
          check<IndexError>(grad.ndim() > 0,
                            "dense_input_grad: 'grad' must have at least one dimension, got a scalar");
          rules::check_ndim(call, "weight", weight.shape(), 2);
          rules::check_numeric(call, "grad", grad);
          rules::check_same_dtype(call, "weight", weight, "grad", grad);
          check<ValueError>(grad.shape().back() == weight.shape()[0],
                            "dense_input_grad: the last extent of 'grad' must be ", weight.shape()[0],
                            " as in 'weight' of shape ", weight.shape(), ", got shape ", grad.shape());
          Shape shape = grad.shape();
          shape[shape.ndim() - 1] = weight.shape()[1];
          out[0] = {grad.dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          Tensors grads(2);
          if (call.wants(0)) grads[0] = ops::dense(g[0], call.in[1]);
          if (call.wants(1)) grads[1] = ops::dense_weight_grad(g[0], call.in[0], false)[0];
          return grads;
        },
    .samples =
        "f32[2,4], f32[4,3] | f32[4], f32[4,3] | f32[2,5,4], f32[4,3] | f32[0,4], f32[4,3] | "
        "!ValueError f32[2,3], f32[4,3]",
};

}  // namespace nucella
