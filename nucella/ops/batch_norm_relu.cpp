#include "nucella/ops/batch_norm_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  rules::infer_batch_norm(call, out);
  const Tensor &x = call.in[0], &residual = call.in[5];
  if (!residual.defined()) return;
  rules::check_same_dtype(call, "residual", residual, "x", x);
  rules::check_shape(call, "residual", residual.shape(), x.shape());
}

// The gradient's zeros are those of y, which without a residual follow from x.
Tensors vjp(const Call& call, std::span<const Tensor> g) {
  std::array<Tensor, 3> first;
  Tensor residual;
  if (g[0].defined()) {
    const bool has_residual = call.in[5].defined();
    const Tensor y = has_residual ? call.out[0] : Tensor::empty({0}, call.in[0].dtype());
    auto [dx, dgamma, dbeta, masked] = ops::batch_norm_relu_grad(
        g[0], call.in[0], rules::gamma_or_ones(call), rules::beta_or_zeros(call), call.out[1], call.out[2], y,
        call.in[3].defined(), call.attrs[0].as<double>());
    first = {dx, dgamma, dbeta};
    if (has_residual) residual = masked;
  }
  Tensors grads = rules::batch_norm_gradients(call, g, first);
  grads.push_back(residual);
  return grads;
}

}  // namespace

extern constinit const OpDef batch_norm_relu_op{
    .doc =
        "relu(batch_norm(x, gamma, beta, mean, variance) + residual) in one pass over memory, with the "
        "statistics that batch_norm gives; `residual` of the shape of `x` may be left out.",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2}) | saves_out({0, 1, 2}),
    .samples =
        "f32[4,3], f32[3], f32[3], none, none, none | f32[2,3,2,2], f32[3], f32[3], none, none, "
        "f32[2,3,2,2]; 1e-3 | f32[2,3,5], none, none, none, none, none; 0.1 | f32[2,3,2,2], f32[3], "
        "f32[3], f32[3], f32[3]{0.5..2}, none | f32[5,2], none, none, f32[2], f32[2]{0.5..2}, f32[5,2]; "
        "1e-3 | f32[2,3,1,2,2], f32[3], none, none, none, f32[2,3,1,2,2] | f32[8,5,9,7], f32[5], f32[5], "
        "none, none, none | f32[8,5,9,7], f32[5], f32[5], none, none, f32[8,5,9,7] | f32[300,20], f32[20], "
        "f32[20], none, none, f32[300,20] | f16[3,4,5], f16[4], f16[4], none, none, none | f32[0,3], "
        "f32[3], f32[3], f32[3], f32[3]{0.5..2}, f32[0,3] | !ValueError f32[2,3,2], f32[2], f32[2], none, "
        "none, none | !ValueError f32[2,3], f32[3], f32[3], none, none, f32[3] | !TypeError f32[2,3], "
        "f32[3], f32[3], none, none, f16[2,3]",
};

}  // namespace nucella
