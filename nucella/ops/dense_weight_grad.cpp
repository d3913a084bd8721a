#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef dense_weight_grad_op{
    .doc =
        "The gradients of dense with respect to its weight and bias: the sum over all rows of `grad` (..., "
        "out) times "
        "`x` (..., in), and that of `grad`. Without `has_bias` the second result has shape (0,).",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &grad = call.in[1];
          check<IndexError>(x.ndim() > 0,
                            "dense_weight_grad: 'x' must have at least one dimension, got a scalar");
          rules::check_ndim(call, "grad", grad.shape(), x.ndim());
          rules::check_numeric(call, "x", x);
          rules::check_same_dtype(call, "grad", grad, "x", x);
          Shape expected = x.shape();
          const int64_t outputs = expected[x.ndim() - 1] = grad.shape().back();
          rules::check_shape(call, "grad", grad.shape(), expected);
          out[0] = {x.dtype(), {outputs, x.shape().back()}};
          out[1] = {x.dtype(), {call.attrs[0].as<bool>() ? outputs : 0}};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor &x = call.in[0], &grad = call.in[1];
          const bool through_bias = g[1].defined() && call.attrs[0].as<bool>();
          Tensors grads(2);
          if (call.wants(0) && g[0].defined()) grads[0] = ops::dense_input_grad(grad, g[0]);
          if (!call.wants(1)) return grads;
          if (g[0].defined()) {
            grads[1] = ops::dense(x, g[0], through_bias ? g[1] : Tensor());
          } else if (through_bias) {
            grads[1] = ops::broadcast_to(g[1], grad.shape());
          }
          return grads;
        },
    .samples =
        "f32[2,3], f32[2,4]; True | f32[3], f32[4]; False | f32[2,5,3], f32[2,5,4]; True | "
        "f32[0,3], f32[0,4]; True | !ValueError f32[2,3], f32[3,4]; True",
};

}  // namespace nucella
