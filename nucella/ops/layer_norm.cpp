#include "nucella/ops/norm_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

// The extents that `gamma` and `beta` may have: the last ones of x.
void check_trailing(const Call& call, std::string_view name, const Tensor& t) {
  if (!t.defined()) return;
  const Shape &x = call.in[0].shape(), &got = t.shape();
  const bool fits =
      got.ndim() > 0 && got.ndim() <= x.ndim() && std::equal(got.begin(), got.end(), x.end() - got.ndim());
  check<ValueError>(fits, "layer_norm: '", name, "' must have the last extents of 'x', which has the shape ",
                    x, ", got ", got);
  rules::check_norm_param(call, name, t, call.in[0]);
}

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &x = call.in[0], &gamma = call.in[1], &beta = call.in[2];
  rules::check_floating(call, x, "x");
  int64_t axis = call.attrs[0].as<int64_t>();
  check<RuntimeError>(axis >= -x.ndim() && axis < x.ndim(), "layer_norm: 'axis' must be in [", -x.ndim(),
                      ", ", x.ndim(), ") for 'x' of the shape ", x.shape(), ", got ", axis);
  rules::check_scale_and_shift(call, gamma, beta);
  check_trailing(call, "gamma", gamma);
  check_trailing(call, "beta", beta);
  check<ValueError>(!beta.defined() || beta.shape() == gamma.shape(), "layer_norm: 'beta' must have the ",
                    "shape of 'gamma', ", gamma.defined() ? gamma.shape() : Shape{}, ", got ",
                    beta.defined() ? beta.shape() : Shape{});
  Shape rows = x.shape();
  for (auto i = static_cast<int>(axis < 0 ? axis + x.ndim() : axis); i < x.ndim(); ++i) rows[i] = 1;
  out[0] = {x.dtype(), x.shape()};
  out[1] = out[2] = {rules::statistics_dtype(x.dtype()), rows};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const auto& [axis, epsilon] = unpack<int64_t, double>(call.attrs);
  const Tensor &x = call.in[0], &gamma = call.in[1], &beta = call.in[2], &mean = call.out[1];
  Tensors grads(3);
  if (g[0].defined()) {
    const auto begin = x.shape().begin() + (axis < 0 ? axis + x.ndim() : axis);
    const Tensor scale = gamma.defined() ? gamma : ones(Shape(begin, x.shape().end()), x.dtype());
    const auto [dx, dgamma, dbeta] = ops::layer_norm_grad(g[0], x, scale, mean, call.out[2], epsilon);
    grads[0] = dx;
    if (gamma.defined()) grads[1] = dgamma;
    if (beta.defined()) grads[2] = rules::like_dtype(dbeta, beta);
  }
  const auto count = static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(mean.size(), 1));
  Tensor through;
  if (g[1].defined()) through = ops::broadcast_to(g[1] / count, x.shape());
  if (g[2].defined()) through = rules::add_defined(through, g[2] * (2 / count) * (x - mean));
  grads[0] = rules::add_defined(grads[0], rules::like_dtype(through, x));
  return grads;
}

}  // namespace

extern constinit const OpDef layer_norm_op{
    .doc =
        "(x - mean) / sqrt(variance + epsilon) * gamma + beta with the mean and the (biased) variance "
        "over the axes from `axis` on (Ba, Kiros and Hinton, 2016), and these two with extents of 1 "
        "there. `gamma` and `beta`, which may be left out, have the last extents of `x`.",
    .primitive = "LayerNorm",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2}) | saves_out({1, 2}),
    .samples =
        "f32[4,6], f32[6], f32[6] | f32[2,3,5], none, none; 1 | f32[2,3,4], f32[3,4], f32[3,4]; -1 | "
        "f32[2,3,4], f32[4], none; 1, 0.1 | f32[3,70], f32[70], f32[70]; 1, 1e-3 | f32[40,33], f32[33], "
        "f32[33] | f16[5,9], f16[9], f16[9] | f32[0,3], f32[3], f32[3] | f32[300,20], f32[20], f32[20] "
        "| !RuntimeError f32[2,3], f32[3], f32[3]; 2 | !RuntimeError f32[], none, none | !ValueError "
        "f32[2,3], f32[2], f32[2] | !ValueError f32[2,3], none, f32[3] | !ValueError f32[2,3], f32[3], "
        "f32[2,3] | !TypeError i32[2,3], none, none | !TypeError f32[2,3], f16[3], f16[3]",
};

}  // namespace nucella
