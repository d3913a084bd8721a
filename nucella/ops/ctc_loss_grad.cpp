#include "nucella/ops/ctc_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const auto& [blank, reduction, zero_infinity] = unpack<int64_t, std::string, bool>(call.attrs);
  const Tensor &log_probs = call.in[1], &targets = call.in[2], &log_alpha = call.in[5];
  rules::check_ctc(call, log_probs, targets, call.in[3], call.in[4], blank, reduction);
  const int64_t steps = log_probs.shape()[0], samples = log_probs.shape()[1];
  rules::check_shape(call, "grad", call.in[0].shape(), reduction == "none" ? Shape{samples} : Shape{});
  rules::check_same_dtype(call, "grad", call.in[0], "log_probs", log_probs);
  rules::check_shape(call, "log_alpha", log_alpha.shape(), {samples, steps, 2 * targets.shape()[1] + 1});
  rules::check_same_dtype(call, "log_alpha", log_alpha, "log_probs", log_probs);
  out[0] = {log_probs.dtype(), log_probs.shape()};
}

}  // namespace

extern constinit const OpDef ctc_loss_grad_op{
    .doc = "The gradient of ctc_loss with respect to `log_probs` from that of the loss and `log_alpha`.",
    .primitive = "CTCLossV2Grad",
    .infer = infer,
    .vjp = [](const Call&, std::span<const Tensor>) -> Tensors {
      raise<NotImplementedError>("ctc_loss: there is no second derivative");
    },
    .saves = kSavesNone,
    .samples =
        "f32[], f32[9,6,10], i32[6,3]{1..9}, i32[6]{5..9}, i64[6]{0..3}, f32[6,9,7]; 0, 'mean', False | "
        "f64[5], f64[30,5,4], i32[5,2]{1..3}, i32[5]{20..30}, i32[5]{2..2}, f64[5,30,5]; 0, 'none', True | "
        "!ValueError f32[3], f32[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1}, f32[3,2,5]; 0, 'sum', "
        "False | !TypeError f64[], f32[2,3,4], i32[3,2]{1..3}, i32[3]{2..2}, i32[3]{1..1}, f32[3,2,5]; 0, "
        "'sum', False",
};

}  // namespace nucella
