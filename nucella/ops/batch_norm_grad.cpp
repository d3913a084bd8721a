#include "nucella/ops/norm_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &grad = call.in[0], &x = call.in[1], &mean = call.in[3];
  rules::check_floating(call, x, "x");
  rules::check_same_dtype(call, "grad", grad, "x", x);
  rules::check_shape(call, "grad", grad.shape(), x.shape());
  check<ValueError>(x.ndim() >= 2, "batch_norm_grad: 'x' must have at least two dimensions, got the shape ",
                    x.shape());
  rules::check_shape(call, "mean", mean.shape(), {x.shape()[1]});
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {mean.dtype(), mean.shape()};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const Tensor &x = call.in[1], &gamma = call.in[2], &variance = call.in[4];
  Shape along = Shape::filled(x.ndim(), 1), axes{0};
  along[1] = x.shape()[1];
  for (int i = 2; i < x.ndim(); ++i) axes.push_back(i);
  const auto spread = [&](const Tensor& t) { return t.defined() ? ops::reshape(t, along) : t; };
  const Tensor rstd = ops::rsqrt(variance + epsilon);
  rules::NormGradient n{call.in[0], x, spread(gamma), spread(call.in[3]), spread(rstd), axes};
  n.projected = !given;
  const rules::NormSecond second = rules::norm_second_gradients(n, g[0], spread(g[1]), spread(g[2]));
  const auto gather = [&](const Tensor& t) { return t.defined() ? ops::reshape(t, {-1}) : t; };
  Tensors grads(5);
  grads[0] = rules::like_dtype(second.grad, x);
  grads[1] = rules::like_dtype(second.x, x);
  if (second.gamma.defined()) grads[2] = rules::like_dtype(gather(ops::sum_to(second.gamma, along)), gamma);
  grads[3] = gather(second.mean);
  if (second.rstd.defined()) grads[4] = gather(second.rstd) * (ops::square(rstd) * rstd) * -0.5;
  return grads;
}

}  // namespace

extern constinit const OpDef batch_norm_grad_op{
    .doc =
        "The gradients of batch_norm with respect to x, gamma and beta from that of its first output. "
        "`given` says that the statistics did not come from `x`.",
    .primitive = "BatchNormGrad",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3, 4}),
    .samples =
        "f32[4,3], f32[4,3], f32[3], f32[3], f32[3]{0.5..2}; False, 1e-3 | f32[2,3,2,2], f32[2,3,2,2], "
        "f32[3], f32[3], f32[3]{0.5..2}; False, 1e-3 | f32[2,3,5], f32[2,3,5], f32[3], f32[3], "
        "f32[3]{0.5..2}; False, 0.1 | f32[2,3,2,2], f32[2,3,2,2], f32[3], f32[3], f32[3]{0.5..2}; True, "
        "1e-3 | f32[5,2], f32[5,2], f32[2], f32[2], f32[2]{0.5..2}; True, 1e-3 | f32[8,5,9,7], "
        "f32[8,5,9,7], f32[5], f32[5], f32[5]{0.5..2}; False, 1e-3 | f32[300,20], f32[300,20], f32[20], "
        "f32[20], f32[20]{0.5..2}; False, 1e-3 | f32[8,5,9,7], f32[8,5,9,7], f32[5], f32[5], "
        "f32[5]{0.5..2}; True, 1e-3 | f16[3,4,5], f16[3,4,5], f16[4], f16[4], f16[4]{0.5..2}; False, "
        "1e-3 | f32[0,3], f32[0,3], f32[3], f32[3], f32[3]{0.5..2}; True, 1e-3 | !ValueError f32[2,3], "
        "f32[3,2], f32[3], f32[2], f32[2]; False, 1e-3 | !ValueError f32[2,3], f32[2,3], f32[3], "
        "f32[2], f32[2]; False, 1e-3 | !TypeError f16[2,3], f32[2,3], f32[3], f32[3], f32[3]; False, "
        "1e-3",
};

}  // namespace nucella
