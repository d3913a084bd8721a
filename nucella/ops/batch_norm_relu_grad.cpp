#include "nucella/ops/batch_norm_rules.h"

namespace nucella {
namespace {

bool has_residual(const Call& call) { return call.in[6].shape() != Shape{0}; }

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &grad = call.in[0], &x = call.in[1], &mean = call.in[4], &y = call.in[6];
  rules::check_floating(call, x, "x");
  for (const auto& [name, t] : {std::pair("grad", &grad), std::pair("y", &y)}) {
    rules::check_same_dtype(call, name, *t, "x", x);
    if (t == &grad || has_residual(call)) rules::check_shape(call, name, t->shape(), x.shape());
  }
  check<ValueError>(x.ndim() >= 2,
                    "batch_norm_relu_grad: 'x' must have at least two dimensions, got the shape ", x.shape());
  rules::check_shape(call, "mean", mean.shape(), {x.shape()[1]});
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {mean.dtype(), mean.shape()};
  out[3] = {x.dtype(), has_residual(call) ? x.shape() : Shape{0}};
}

// Everything comes through grad where y is positive; to y and beta themselves no gradient flows.
Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const Tensor &x = call.in[1], &gamma = call.in[2], &mean = call.in[4], &variance = call.in[5];
  const Tensor y = has_residual(call)
                       ? call.in[6]
                       : ops::batch_norm_relu(x, gamma, call.in[3], mean, variance, Tensor(), epsilon)[0];
  const Tensors second = rules::batch_norm_second_gradients(
      {ops::relu_grad(call.in[0], y), x, gamma, mean, variance, given, epsilon}, g.first(3));
  Tensors grads(7);
  const Tensor through = rules::add_defined(second[0], has_residual(call) ? g[3] : Tensor());
  if (through.defined()) grads[0] = ops::relu_grad(through, y);
  grads[1] = second[1];
  grads[2] = second[2];
  grads[4] = second[3];
  grads[5] = second[4];
  return grads;
}

}  // namespace

extern constinit const OpDef batch_norm_relu_grad_op{
    .doc =
        "The gradients of batch_norm_relu with respect to x, gamma, beta and the residual from that of its "
        "first output, which is `y` when there was a residual; without one `y` and the last result have "
        "shape (0,). "
        "`given` says that the statistics did not come from `x`.",
    .infer = infer,
    .vjp = vjp,
    .samples =
        "f32[4,3], f32[4,3], f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[4,3]; False, 1e-3 | "
        "f32[2,3,2,2], f32[2,3,2,2], f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[0]; False, 1e-3 | "
        "f32[2,3,2,2], f32[2,3,2,2], f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[2,3,2,2]; False, 1e-3 | "
        "f32[2,3,5], f32[2,3,5], f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[0]; True, 0.1 | f32[8,5,9,7], "
        "f32[8,5,9,7], f32[5], f32[5], f32[5], f32[5]{0.5..2}, f32[0]; False, 1e-3 | f32[8,5,9,7], "
        "f32[8,5,9,7], f32[5], f32[5], f32[5], f32[5]{0.5..2}, f32[8,5,9,7]; False, 1e-3 | f16[3,4,5], "
        "f16[3,4,5], f16[4], f16[4], f16[4], f16[4]{0.5..2}, f16[3,4,5]; False, 1e-3 | f32[0,3], "
        "f32[0,3], f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[0]; True, 1e-3 | !ValueError f32[2,3], "
        "f32[3,2], f32[3], f32[3], f32[3], f32[3], f32[0]; False, 1e-3 | !TypeError f16[2,3], f32[2,3], "
        "f32[3], f32[3], f32[3], f32[3], f32[0]; False, 1e-3",
};

}  // namespace nucella
