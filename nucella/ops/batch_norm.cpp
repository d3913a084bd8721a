#include "nucella/ops/batch_norm_rules.h"

namespace nucella {
namespace {

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  std::array<Tensor, 3> first;
  if (g[0].defined())
    first = ops::batch_norm_grad(g[0], call.in[0], rules::gamma_or_ones(call), call.out[1], call.out[2],
                                 call.in[3].defined(), call.attrs[0].as<double>());
  return rules::batch_norm_gradients(call, g, first);
}

}  // namespace

extern constinit const OpDef batch_norm_op{
    .doc =
        "(x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel (axis 1), and the mean "
        "and the variance that were used: `mean` and `variance`, or when these are left out those of "
        "the batch, the variance being the biased one (Ioffe and Szegedy, 2015).",
    .primitive = "BatchNorm",
    .infer = rules::infer_batch_norm,
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
