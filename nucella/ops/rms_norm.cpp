#include "nucella/ops/norm_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &x = call.in[0], &gamma = call.in[1];
  rules::check_floating(call, x, "x");
  check<TypeError>(gamma.defined(), "rms_norm: 'gamma' must be a Tensor, got None");
  rules::check_norm_param(call, "gamma", gamma, x);
  const bool fits = gamma.ndim() > 0 && gamma.ndim() <= x.ndim() &&
                    std::equal(gamma.shape().begin(), gamma.shape().end(), x.shape().end() - gamma.ndim());
  check<ValueError>(fits, "rms_norm: 'gamma' must have the last extents of 'x', which has the shape ",
                    x.shape(), ", got ", gamma.shape());
  Shape rows = x.shape();
  for (int i = x.ndim() - gamma.ndim(); i < x.ndim(); ++i) rows[i] = 1;
  out[0] = {x.dtype(), x.shape()};
  out[1] = {rules::statistics_dtype(x.dtype()), rows};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const Tensor &x = call.in[0], &gamma = call.in[1], &rstd = call.out[1];
  Tensors grads(2);
  if (g[0].defined()) {
    const auto [dx, dgamma] = ops::rms_norm_grad(g[0], x, gamma, rstd);
    grads = {dx, dgamma};
  }
  if (g[1].defined()) {
    const double count =
        static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(rstd.size(), 1));
    const Tensor through = g[1] * (ops::square(rstd) * rstd) * (-1 / count) * x;
    grads[0] = rules::add_defined(grads[0], rules::like_dtype(through, x));
  }
  return grads;
}

}  // namespace

extern constinit const OpDef rms_norm_op{
    .doc =
        "x / sqrt(mean(x^2) + epsilon) * gamma with the mean over the axes of `gamma`, which has the "
        "last extents of `x` (Zhang and Sennrich, 2019), and 1 / sqrt(mean(x^2) + epsilon) with extents "
        "of 1 there.",
    .primitive = "RmsNorm",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1}) | saves_out({1}),
    .samples =
        "f32[4,6], f32[6] | f32[2,3,5], f32[3,5]; 0.1 | f32[3,70], f32[70] | f16[5,9], f16[9] | "
        "f32[0,3], f32[3] | f32[300,20], f32[20] | !ValueError f32[2,3], f32[2] | !ValueError f32[], "
        "f32[1] | !TypeError i32[2,3], i32[3] | !TypeError f32[2,3], f16[3]",
};

}  // namespace nucella
