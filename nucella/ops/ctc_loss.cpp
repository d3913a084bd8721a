#include "nucella/ops/ctc_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const auto& [blank, reduction, zero_infinity] = unpack<int64_t, std::string, bool>(call.attrs);
  const Tensor &log_probs = call.in[0], &targets = call.in[1];
  rules::check_ctc(call, log_probs, targets, call.in[2], call.in[3], blank, reduction);
  const int64_t steps = log_probs.shape()[0], samples = log_probs.shape()[1];
  out[0] = {log_probs.dtype(), reduction == "none" ? Shape{samples} : Shape{}};
  out[1] = {log_probs.dtype(), {samples, steps, 2 * targets.shape()[1] + 1}};
}

Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const auto& [blank, reduction, zero_infinity] = unpack<int64_t, std::string, bool>(call.attrs);
  check<NotImplementedError>(!g[1].defined(), "ctc_loss: 'log_alpha' has no gradient");
  return {ops::ctc_loss_grad(g[0], call.in[0], call.in[1], call.in[2], call.in[3], call.out[1], blank,
                             reduction, zero_infinity),
          {},
          {},
          {}};
}

}  // namespace

extern constinit const OpDef ctc_loss_op{
    .doc =
        "Connectionist temporal classification (Graves et al., 2006): minus the logarithm of the "
        "probability of the labels `targets` (N, S) under `log_probs` (T, N, C), summed over all alignments "
        "with class `blank`, and the logarithms of the forward variables (N, T, 2 S + 1). The first "
        "`input_lengths[n]` steps and `target_lengths[n]` labels count. `reduction` is 'none', 'sum' or "
        "'mean', which divides every loss by its number of labels first. With `zero_infinity` losses of "
        "targets that do not fit are 0. The gradient is that of logits whose log_softmax `log_probs` is.",
    .primitive = "CTCLossV2",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3}) | saves_out({1}),
    .samples =
        "f32[9,6,10], i32[6,3]{1..9}, i32[6]{5..9}, i64[6]{0..3} | f32[9,6,10], i64[6,3]{0..8}, "
        "i64[6]{7..9}, i32[6]{1..2}; 9, 'none', True | f64[30,5,4], i32[5,2]{1..3}, i32[5]{20..30}, "
        "i32[5]{2..2}; 0, 'sum' | !ValueError f32[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1}; 4 | "
        "!ValueError f32[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1}; 0, 'x' | !ValueError "
        "f32[2,3,4], i32[3,2]{4..4}, i32[3]{2..2}, i32[3]{1..1} | !ValueError f32[2,3,4], i32[3,2]{1..3}, "
        "i32[3]{3..3}, i32[3]{1..1} | !ValueError f32[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{3..3} | "
        "!TypeError f16[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1} | !TypeError f32[2,3,4], "
        "f32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1} | !ValueError f32[3,4], i32[3,2]{1..3}, i32[3]{2..2}, "
        "i32[3]{1..1}",
};

}  // namespace nucella
