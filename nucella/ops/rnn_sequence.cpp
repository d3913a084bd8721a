#include "nucella/ops/rnn_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &gates = call.in[0], &h = call.in[1];
  rules::check_rnn(call, gates, h, call.in[3], call.in[2], call.in[4], call.in[5],
                   call.attrs[0].as<std::string>());
  out[0] = {gates.dtype(), {gates.shape()[0], gates.shape()[1], h.shape()[1]}};
  for (size_t i = 1; i < out.size(); ++i) out[i] = {h.dtype(), h.shape()};
}

Tensors vjp(const Call& call, std::span<const Tensor> given) {
  const auto& [mode, reverse] = unpack<std::string, bool>(call.attrs);
  const Tensor &gates = call.in[0], &h = call.in[1], &weight = call.in[2], &c = call.in[3],
               &bias = call.in[4];
  const Tensors g = rules::defined_grads(call, given);
  const bool lstm = mode == "lstm";
  const Tensor grad_c = lstm ? g[2] : Tensor();
  if (rules::is_any_followed({g[0], g[1], grad_c, gates, h, weight, c, bias}))
    return rules::plain_rnn_gradients(call, g);
  const Tensors made = ops::rnn_sequence_grad(g[0], g[1], call.out[0], gates, h, weight, grad_c, c, bias,
                                              call.in[5], mode, reverse);
  Tensors grads{made[0], made[1], made[2], {}, {}, {}};
  if (bias.defined()) grads[4] = made[3];
  if (lstm) grads[3] = made.back();
  return grads;
}

}  // namespace

extern constinit const OpDef rnn_sequence_op{
    .doc =
        "A recurrent layer over a sequence, given the input's share of its gates before activation, `gates` "
        "(T, N, G), and the state that it starts with, `h` (N, H) and, for mode 'lstm', `c`: all hidden "
        "states (T, N, H) and the last state. Each step adds h weight^T + bias to the gates. Modes are "
        "'tanh' and 'relu' (G = H), 'gru' (Cho et al., 2014; G = 3 H: r, z, n) and 'lstm' (Hochreiter and "
        "Schmidhuber, 1997; G = 4 H: i, f, g, o). Behind the first `lengths[n]` steps of a sample its state "
        "stays and its outputs are 0. With `reverse` the sequence is walked from its end.",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3, 4, 5}) | saves_out({0}),
    .count_outputs = [](const Call& call) { return call.attrs[0].as<std::string>() == "lstm" ? 3 : 2; },
    .samples =
        "f32[3,2,4], f32[2,4], f32[4,4], none, f32[4], none | f32[3,2,3], f32[2,3], f32[3,3], none, none, "
        "none; 'relu', True | f32[3,2,12], f32[2,3], f32[12,3], f32[2,3], none, none; 'lstm' | f32[4,3,8], "
        "f32[3,2], f32[8,2], f32[3,2], f32[8], i32[3]{0..5}; 'lstm', True | f32[3,2,9], f32[2,3], f32[9,3], "
        "none, f32[9], none; 'gru' | f32[4,3,6], f32[3,2], f32[6,2], none, none, i64[3]{0..5}; 'gru', True | "
        "f32[4,3,2], f32[3,2], f32[2,2], none, f32[2], i32[3]{1..4} | f32[9,5,80], f32[5,20], "
        "f32[80,20]{-0.3..0.3}, f32[5,20], f32[80], i32[5]{1..9}; 'lstm' | f32[9,5,60], f32[5,20], "
        "f32[60,20]{-0.3..0.3}, none, f32[60], none; 'gru' | f16[3,2,4], f16[2,4], f16[4,4], none, none, "
        "none "
        "| f32[0,2,4], f32[2,4], f32[4,4], none, none, none | f32[3,0,4], f32[0,4], f32[4,4], none, none, "
        "none | !ValueError f32[3,2,4], f32[2,4], f32[4,4], none, none, none; 'x' | !ValueError f32[3,2,4], "
        "f32[2,4], f32[4,4], none, none, none; 'gru' | !ValueError f32[3,2,12], f32[2,3], f32[12,3], none, "
        "none, none; 'lstm' | !ValueError f32[3,2,4], f32[3,4], f32[4,4], none, none, none | !ValueError "
        "f32[3,2,4], f32[2,4], f32[4,4], none, f32[3], none | !ValueError f32[2,4], f32[2,4], f32[4,4], "
        "none, "
        "none, none | !ValueError f32[3,2,4], f32[2,4], f32[4,4], none, none, i32[3] | !TypeError "
        "f32[3,2,4], "
        "f32[2,4], f32[4,4], none, none, f32[2] | !TypeError f32[3,2,4], f16[2,4], f32[4,4], none, none, "
        "none "
        "| !TypeError i32[3,2,4], i32[2,4], i32[4,4], none, none, none",
};

}  // namespace nucella
