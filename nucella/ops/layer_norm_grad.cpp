#include "nucella/ops/norm_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &grad = call.in[0], &x = call.in[1], &gamma = call.in[2];
  rules::check_floating(call, x, "x");
  rules::check_same_dtype(call, "grad", grad, "x", x);
  rules::check_shape(call, "grad", grad.shape(), x.shape());
  rules::check_norm_param(call, "gamma", gamma, x);
  rules::check_shape(call, "variance", call.in[4].shape(), call.in[3].shape());
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {gamma.dtype(), gamma.shape()};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const Tensor &x = call.in[1], &gamma = call.in[2], &mean = call.in[3], &variance = call.in[4];
  rules::NormGradient n{call.in[0], x, gamma, mean, ops::rsqrt(variance + call.attrs[0].as<double>()), {}};
  for (int i = 0; i < x.ndim(); ++i)
    if (mean.shape()[i] != x.shape()[i]) n.axes.push_back(i);
  if (n.axes.empty()) n.axes.push_back(x.ndim() - 1);  // only extents of 1 are normalised
  const rules::NormSecond second = rules::norm_second_gradients(n, g[0], g[1], g[2]);
  Tensors grads(5);
  grads[0] = rules::like_dtype(second.grad, x);
  grads[1] = rules::like_dtype(second.x, x);
  if (second.gamma.defined()) grads[2] = rules::like_dtype(ops::sum_to(second.gamma, gamma.shape()), gamma);
  grads[3] = second.mean;
  if (second.rstd.defined()) grads[4] = second.rstd * (ops::square(n.rstd) * n.rstd) * -0.5;
  return grads;
}

}  // namespace

extern constinit const OpDef layer_norm_grad_op{
    .doc = "The gradients of layer_norm with respect to x, gamma and beta from that of its output.",
    .primitive = "LayerNormGrad",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3, 4}),
    .samples =
        "f32[4,6], f32[4,6], f32[6], f32[4,1], f32[4,1]{0.5..2}; 1e-3 | f32[2,3,5], f32[2,3,5], "
        "f32[3,5], f32[2,1,1], f32[2,1,1]{0.5..2}; 0.1 | f32[2,3,4], f32[2,3,4], f32[3,4], f32[2,3,1], "
        "f32[2,3,1]{0.5..2}; 0.1 | f32[2,3,4], f32[2,3,4], f32[4], f32[2,1,1], f32[2,1,1]{0.5..2}; 1e-5 "
        "| f32[40,33], f32[40,33], f32[33], f32[40,1], f32[40,1]{0.5..2}; 1e-5 | f16[5,9], f16[5,9], "
        "f16[9], f16[5,1], f16[5,1]{0.5..2}; 1e-3 | f32[0,3], f32[0,3], f32[3], f32[0,1], f32[0,1]; "
        "1e-3 | f32[300,20], f32[300,20], f32[20], f32[300,1], f32[300,1]{0.5..2}; 1e-3 | !ValueError "
        "f32[2,3], f32[3,2], f32[2], f32[2,1], f32[2,1]; 1e-3 | !TypeError f16[2,3], f32[2,3], f32[3], "
        "f32[2,1], f32[2,1]; 1e-3",
};

}  // namespace nucella
