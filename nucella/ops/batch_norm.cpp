#include "nucella/ops/norm_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

void check_channels(const Call& call, std::string_view name, const Tensor& t) {
  if (!t.defined()) return;
  const Tensor& x = call.in[0];
  rules::check_norm_param(call, name, t, x);
  check<ValueError>(t.ndim() == 1 && t.shape()[0] == x.shape()[1], "batch_norm: '", name,
                    "' must have one element for each of the ", x.shape()[1],
                    " channels of 'x', got the shape ", t.shape());
}

void infer(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  rules::check_floating(call, x, "x");
  check<ValueError>(x.ndim() >= 2, "batch_norm: 'x' must have at least two dimensions, got the shape ",
                    x.shape());
  constexpr const char* kNames[] = {"gamma", "beta", "mean", "variance"};
  for (size_t i = 0; i < 4; ++i) check_channels(call, kNames[i], call.in[i + 1]);
  rules::check_scale_and_shift(call, call.in[1], call.in[2]);
  check<ValueError>(call.in[3].defined() == call.in[4].defined(),
                    "batch_norm: 'mean' and 'variance' must both be given or both be left out");
  check<ValueError>(call.in[3].defined() || x.size() > 0 || x.shape()[1] == 0,
                    "batch_norm: an empty batch has no mean, got 'x' of the shape ", x.shape());
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {rules::statistics_dtype(x.dtype()), {x.shape()[1]}};
}

// d variance / dx = 2 (x - mean) / count; given statistics are leaves of their own.
void add_through_statistics(const Call& call, std::span<const Tensor> g, Tensors& grads) {
  const Tensor &x = call.in[0], &mean = call.out[1];
  if (call.in[3].defined()) {
    for (size_t i : {1, 2})
      grads[2 + i] = rules::add_defined(grads[2 + i], rules::like_dtype(g[i], call.in[2 + i]));
    return;
  }
  Shape along = Shape::filled(x.ndim(), 1);
  along[1] = x.shape()[1];
  const double count = static_cast<double>(x.size()) / static_cast<double>(mean.size());
  Tensor through;
  if (g[1].defined()) through = ops::broadcast_to(ops::reshape(g[1] / count, along), x.shape());
  if (g[2].defined())
    through = rules::add_defined(through,
                                 ops::reshape(g[2] * (2 / count), along) * (x - ops::reshape(mean, along)));
  grads[0] = rules::add_defined(grads[0], rules::like_dtype(through, x));
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const double epsilon = call.attrs[0].as<double>();
  const Tensor &x = call.in[0], &gamma = call.in[1], &beta = call.in[2];
  const bool given = call.in[3].defined();
  Tensors grads(5);
  if (g[0].defined()) {
    const Tensor weight = gamma.defined() ? gamma : ones({x.shape()[1]}, x.dtype());
    const auto [dx, dgamma, dbeta] =
        ops::batch_norm_grad(g[0], x, weight, call.out[1], call.out[2], given, epsilon);
    grads[0] = dx;
    if (gamma.defined()) grads[1] = rules::like_dtype(dgamma, gamma);
    if (beta.defined()) grads[2] = rules::like_dtype(dbeta, beta);
    if (given && (call.wants(3) || call.wants(4))) {
      const Tensor rstd = ops::rsqrt(call.out[2] + epsilon);
      const Tensor scale = gamma.defined() ? rstd * gamma : rstd;
      grads[3] = rules::like_dtype(-(dbeta * scale), call.in[3]);
      grads[4] = rules::like_dtype(dgamma * scale * rstd * -0.5, call.in[4]);
    }
  }
  add_through_statistics(call, g, grads);
  return grads;
}

}  // namespace

extern constinit const OpDef batch_norm_op{
    .doc =
        "(x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel (axis 1), and the mean "
        "and the variance that were used: `mean` and `variance`, or when these are left out those of "
        "the batch, the variance being the biased one (Ioffe and Szegedy, 2015).",
    .primitive = "BatchNorm",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1}) | saves_out({1, 2}),
    .samples =
        "f32[4,3], f32[3], f32[3], none, none | f32[2,3,2,2], f32[3], f32[3], none, none; 1e-3 | "
        "f32[2,3,5], none, none, none, none; 0.1 | f32[2,3,2,2], f32[3], f32[3], f32[3], f32[3]{0.5..2} "
        "| f32[5,2], none, none, f32[2], f32[2]{0.5..2}; 1e-3 | f32[2,3,1,2,2], f32[3], none, none, "
        "none | f32[8,5,9,7], f32[5], f32[5], none, none | f32[300,20], f32[20], f32[20], none, none | "
        "f32[8,5,9,7], f32[5], f32[5], f32[5], f32[5]{0.5..2} | f16[3,4,5], f16[4], f16[4], none, none "
        "| f32[0,3], f32[3], f32[3], f32[3], f32[3]{0.5..2} | !ValueError f32[2,3,2], f32[2], f32[2], "
        "none, none | !ValueError f32[2,3,2], none, f32[3], none, none | !ValueError f32[2,3,2], none, "
        "none, f32[3], none | !ValueError f32[3], none, none, none, none | !ValueError f32[0,3], none, "
        "none, none, none | !TypeError i32[2,3], none, none, none, none | !TypeError f32[2,3], f16[3], "
        "f16[3], none, none",
};

}  // namespace nucella
