#include "nucella/ops/rnn_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const std::string& mode = call.attrs[0].as<std::string>();
  const Tensor &output = call.in[2], &gates = call.in[3], &h = call.in[4], &weight = call.in[5],
               &c = call.in[7], &bias = call.in[8];
  rules::check_rnn(call, gates, h, c, weight, bias, call.in[9], mode);
  const Shape sequence{gates.shape()[0], gates.shape()[1], h.shape()[1]};
  rules::check_shape(call, "output", output.shape(), sequence);
  rules::check_same_dtype(call, "output", output, "gates", gates);
  rules::check_shape(call, "grad", call.in[0].shape(), sequence);
  rules::check_same_dtype(call, "grad", call.in[0], "gates", gates);
  rules::check_shape(call, "grad_h", call.in[1].shape(), h.shape());
  if (mode == "lstm") rules::check_shape(call, "grad_c", call.in[6].shape(), c.shape());
  size_t next = 0;
  for (const Tensor* t : {&gates, &h, &weight}) out[next++] = {t->dtype(), t->shape()};
  if (bias.defined()) out[next++] = {bias.dtype(), bias.shape()};
  if (mode == "lstm") out[next] = {c.dtype(), c.shape()};
}

}  // namespace

// Whoever wants derivatives of it gets them: the vjp of rnn_sequence is then spelled in other ops.
extern constinit const OpDef rnn_sequence_grad_op{
    .doc =
        "The gradients of rnn_sequence with respect to `gates`, `h`, `weight`, then `bias` and `c` if they "
        "are given, from those of its outputs, of which the first stands behind them. It has no gradient "
        "itself.",
    .infer = infer,
    .count_outputs =
        [](const Call& call) {
          return 3 + call.in[8].defined() + (call.attrs[0].as<std::string>() == "lstm");
        },
    .samples =
        "f32[3,2,4], f32[2,4], f32[3,2,4], f32[3,2,4], f32[2,4], f32[4,4], none, none, f32[4], none; 'tanh', "
        "False | f32[9,5,20], f32[5,20], f32[9,5,20]{-1..1}, f32[9,5,80], f32[5,20], f32[80,20]{-0.3..0.3}, "
        "f32[5,20], f32[5,20], f32[80], i32[5]{0..9}; 'lstm', True | f32[9,5,20], f32[5,20], "
        "f32[9,5,20]{-1..1}, f32[9,5,60], f32[5,20], f32[60,20]{-0.3..0.3}, none, none, none, none; 'gru', "
        "False | f16[3,2,3], f16[2,3], f16[3,2,3], f16[3,2,3], f16[2,3], f16[3,3], none, none, none, none; "
        "'relu', False | f32[0,2,4], f32[2,4], f32[0,2,4], f32[0,2,4], f32[2,4], f32[4,4], none, none, none, "
        "none; 'tanh', False | !ValueError f32[3,2,5], f32[2,4], f32[3,2,4], f32[3,2,4], f32[2,4], f32[4,4], "
        "none, none, f32[4], none; 'tanh', False | !TypeError f32[3,2,4], f32[2,4], f16[3,2,4], f32[3,2,4], "
        "f32[2,4], f32[4,4], none, none, f32[4], none; 'tanh', False",
};

}  // namespace nucella
