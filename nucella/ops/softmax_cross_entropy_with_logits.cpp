#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The second output is the first one's derivative, so one product gives the usual gradient. A gradient that
// arrives at the second output itself (second order) takes the derivative of the softmax.
Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const Tensor &logits = call.in[0], &slope = call.out[1];
  Tensor to_logits, to_labels;
  const Shape classes{1};
  if (g[0].defined()) {
    const Tensor rows = ops::unreduce(g[0], logits.shape(), classes);
    if (call.wants(0)) to_logits = ops::mul(slope, rows);
    if (call.wants(1)) to_labels = ops::neg(ops::mul(ops::log_softmax(logits, 1), rows));
  }
  if (g[1].defined()) {
    if (call.wants(0)) {
      const Tensor p = ops::softmax(logits, 1), gp = ops::mul(g[1], p);
      const Tensor second = ops::sub(gp, ops::mul(p, ops::reduce_sum(gp, classes, true)));
      to_logits = to_logits.defined() ? ops::add(to_logits, second) : second;
    }
    if (call.wants(1)) {
      const Tensor second = ops::neg(g[1]);
      to_labels = to_labels.defined() ? ops::add(to_labels, second) : second;
    }
  }
  return {to_logits, to_labels};
}

}  // namespace

extern constinit const OpDef softmax_cross_entropy_with_logits_op{
    .doc =
        "Cross entropy of softmax(logits) with `labels`, both (samples, classes): the loss of every sample, "
        "and "
        "its derivative softmax(logits) - labels.",
    .primitive = "SoftmaxCrossEntropyWithLogits",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &logits = call.in[0], &labels = call.in[1];
          rules::check_floating(call, logits, "logits");
          check<TypeError>(labels.dtype() == logits.dtype(),
                           "softmax_cross_entropy_with_logits: 'labels' must be of the "
                           "dtype ",
                           logits.dtype(), " of 'logits', got ", labels.dtype());
          check<ValueError>(logits.ndim() == 2,
                            "softmax_cross_entropy_with_logits: 'logits' must have 2 dimensions, got ",
                            logits.shape());
          check<ValueError>(labels.shape() == logits.shape(),
                            "softmax_cross_entropy_with_logits: 'labels' must have the "
                            "shape ",
                            logits.shape(), " of 'logits', got ", labels.shape());
          check<ValueError>(logits.shape()[1] > 0,
                            "softmax_cross_entropy_with_logits: expected at least one class, got ",
                            "the shape ", logits.shape());
          out[0] = {logits.dtype(), {logits.shape()[0]}};
          out[1] = {logits.dtype(), logits.shape()};
        },
    .vjp = vjp,
    .saves = saves_in({0}) | saves_out({1}),
    .samples =
        "f32[2,4], f32[2,4]{0.25..0.25} | f32[4,10], f32[4,10]{0.1..0.1} | "
        "f16[2,5], f16[2,5]{0.2..0.2} | f64[3,1], f64[3,1]{1..1} | f32[0,3], f32[0,3] | "
        "!ValueError f32[2,3], f32[2,4] | !ValueError f32[3], f32[3] | !TypeError f32[2,3], i32[2,3] | "
        "!TypeError i32[2,3], i32[2,3] | !ValueError f32[2,0], f32[2,0]",
};

}  // namespace nucella
