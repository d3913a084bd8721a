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
  out[0] = {x.dtype(), x.shape()};
  out[1] = {gamma.dtype(), gamma.shape()};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const Tensor &x = call.in[1], &gamma = call.in[2], &rstd = call.in[3];
  rules::NormGradient n{call.in[0], x, gamma, {}, rstd, {}};
  for (int i = x.ndim() - gamma.ndim(); i < x.ndim(); ++i) n.axes.push_back(i);
  n.centred = false;
  const rules::NormSecond second = rules::norm_second_gradients(n, g[0], g[1], {});
  Tensors grads(4);
  grads[0] = rules::like_dtype(second.grad, x);
  grads[1] = rules::like_dtype(second.x, x);
  if (second.gamma.defined()) grads[2] = rules::like_dtype(ops::sum_to(second.gamma, gamma.shape()), gamma);
  grads[3] = second.rstd;
  return grads;
}

}  // namespace

extern constinit const OpDef rms_norm_grad_op{
    .doc = "The gradients of rms_norm with respect to x and gamma from that of its first output.",
    .primitive = "RmsNormGrad",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3}),
    .samples =
        "f32[4,6], f32[4,6], f32[6], f32[4,1]{0.5..2} | f32[2,3,5], f32[2,3,5], f32[3,5], "
        "f32[2,1,1]{0.5..2} | f32[3,70], f32[3,70], f32[70], f32[3,1]{0.5..2} | f16[5,9], f16[5,9], "
        "f16[9], f16[5,1]{0.5..2} | f32[0,3], f32[0,3], f32[3], f32[0,1] | f32[300,20], f32[300,20], "
        "f32[20], f32[300,1]{0.5..2} | !ValueError f32[2,3], f32[3,2], f32[2], f32[2,1] | !TypeError "
        "f16[2,3], f32[2,3], f32[3], f32[2,1]",
};

}  // namespace nucella
