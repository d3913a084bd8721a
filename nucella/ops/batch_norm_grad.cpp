#include "nucella/ops/batch_norm_rules.h"

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
  return rules::batch_norm_second_gradients(
      {call.in[0], call.in[1], call.in[2], call.in[3], call.in[4], given, epsilon}, g);
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
