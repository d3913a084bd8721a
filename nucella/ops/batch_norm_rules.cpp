#include "nucella/ops/batch_norm_rules.h"

#include "nucella/ops/operators.h"

namespace nucella::rules {
namespace {

void check_channels(const Call& call, std::string_view name, const Tensor& t) {
  if (!t.defined()) return;
  const Tensor& x = call.in[0];
  check_norm_param(call, name, t, x);
  check<ValueError>(t.ndim() == 1 && t.shape()[0] == x.shape()[1], entry_of(call.op).name, ": '", name,
                    "' must have one element for each of the ", x.shape()[1],
                    " channels of 'x', got the shape ", t.shape());
}

// d variance / dx = 2 (x - mean) / count; given statistics are leaves of their own.
void add_through_statistics(const Call& call, std::span<const Tensor> g, Tensors& grads) {
  const Tensor &x = call.in[0], &mean = call.out[1];
  if (call.in[3].defined()) {
    for (size_t i : {1, 2}) grads[2 + i] = add_defined(grads[2 + i], like_dtype(g[i], call.in[2 + i]));
    return;
  }
  Shape along = Shape::filled(x.ndim(), 1);
  along[1] = x.shape()[1];
  const double count = static_cast<double>(x.size()) / static_cast<double>(mean.size());
  Tensor through;
  if (g[1].defined()) through = ops::broadcast_to(ops::reshape(g[1] / count, along), x.shape());
  if (g[2].defined())
    through = add_defined(through, ops::reshape(g[2] * (2 / count), along) * (x - ops::reshape(mean, along)));
  grads[0] = add_defined(grads[0], like_dtype(through, x));
}

}  // namespace

void infer_batch_norm(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  const char* const who = entry_of(call.op).name;
  check_floating(call, x, "x");
  check<ValueError>(x.ndim() >= 2, who, ": 'x' must have at least two dimensions, got the shape ", x.shape());
  constexpr const char* kNames[] = {"gamma", "beta", "mean", "variance"};
  for (size_t i = 0; i < 4; ++i) check_channels(call, kNames[i], call.in[i + 1]);
  check_scale_and_shift(call, call.in[1], call.in[2]);
  check<ValueError>(call.in[3].defined() == call.in[4].defined(), who,
                    ": 'mean' and 'variance' must both be given or both be left out");
  check<ValueError>(call.in[3].defined() || x.size() > 0 || x.shape()[1] == 0, who,
                    ": an empty batch has no mean, got 'x' of the shape ", x.shape());
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {statistics_dtype(x.dtype()), {x.shape()[1]}};
}

Tensor gamma_or_ones(const Call& call) {
  const Tensor &x = call.in[0], &gamma = call.in[1];
  return gamma.defined() ? gamma : ones({x.shape()[1]}, x.dtype());
}

Tensor beta_or_zeros(const Call& call) {
  const Tensor &x = call.in[0], &beta = call.in[2];
  return beta.defined() ? beta : zeros({x.shape()[1]}, x.dtype());
}

Tensors batch_norm_gradients(const Call& call, std::span<const Tensor> g,
                             const std::array<Tensor, 3>& first) {
  const Tensor &gamma = call.in[1], &beta = call.in[2];
  const auto& [dx, dgamma, dbeta] = first;
  Tensors grads(5);
  if (dx.defined()) {
    grads[0] = dx;
    if (gamma.defined()) grads[1] = like_dtype(dgamma, gamma);
    if (beta.defined()) grads[2] = like_dtype(dbeta, beta);
    if (call.in[3].defined() && (call.wants(3) || call.wants(4))) {
      const Tensor rstd = ops::rsqrt(call.out[2] + call.attrs[0].as<double>());
      const Tensor scale = gamma.defined() ? rstd * gamma : rstd;
      grads[3] = like_dtype(-(dbeta * scale), call.in[3]);
      grads[4] = like_dtype(dgamma * scale * rstd * -0.5, call.in[4]);
    }
  }
  add_through_statistics(call, g, grads);
  return grads;
}

Tensors batch_norm_second_gradients(const BatchNormGrad& b, std::span<const Tensor> g) {
  Shape along = Shape::filled(b.x.ndim(), 1), axes{0};
  along[1] = b.x.shape()[1];
  for (int i = 2; i < b.x.ndim(); ++i) axes.push_back(i);
  const auto spread = [&](const Tensor& t) { return t.defined() ? ops::reshape(t, along) : t; };
  const Tensor rstd = ops::rsqrt(b.variance + b.epsilon);
  NormGradient n{b.grad, b.x, spread(b.gamma), spread(b.mean), spread(rstd), axes};
  n.projected = !b.given;
  const NormSecond second = norm_second_gradients(n, g[0], spread(g[1]), spread(g[2]));
  const auto gather = [&](const Tensor& t) { return t.defined() ? ops::reshape(t, {-1}) : t; };
  Tensors grads(5);
  grads[0] = like_dtype(second.grad, b.x);
  grads[1] = like_dtype(second.x, b.x);
  if (second.gamma.defined()) grads[2] = like_dtype(gather(ops::sum_to(second.gamma, along)), b.gamma);
  grads[3] = gather(second.mean);
  if (second.rstd.defined()) grads[4] = gather(second.rstd) * (ops::square(rstd) * rstd) * -0.5;
  return grads;
}

}  // namespace nucella::rules
