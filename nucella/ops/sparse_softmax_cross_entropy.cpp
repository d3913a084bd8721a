#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// As in softmax_cross_entropy_with_logits, with no gradient for the labels.
Tensors vjp(const Call& call, std::span<const Tensor> g) {
  const Tensor &logits = call.in[0], &slope = call.out[1];
  const Shape classes{1};
  Tensor to_logits;
  if (g[0].defined()) to_logits = ops::mul(slope, ops::unreduce(g[0], logits.shape(), classes));
  if (g[1].defined()) {
    const Tensor p = ops::softmax(logits, 1), gp = ops::mul(g[1], p);
    const Tensor second = ops::sub(gp, ops::mul(p, ops::reduce_sum(gp, classes, true)));
    to_logits = to_logits.defined() ? ops::add(to_logits, second) : second;
  }
  return {to_logits, {}};
}

}  // namespace

extern constinit const OpDef sparse_softmax_cross_entropy_op{
    .doc =
        "Cross entropy of softmax(logits), (samples, classes), with the class indices in `labels`, "
        "(samples,): the "
        "loss of every sample, and its derivative softmax(logits) - one_hot(labels).",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &logits = call.in[0], &labels = call.in[1];
          rules::check_floating(call, logits, "logits");
          check<TypeError>(labels.dtype() == int32 || labels.dtype() == int64,
                           "sparse_softmax_cross_entropy: 'labels' must be of int32 or int64, got ",
                           labels.dtype());
          check<ValueError>(logits.ndim() == 2,
                            "sparse_softmax_cross_entropy: 'logits' must have 2 dimensions, got ",
                            logits.shape());
          check<ValueError>(labels.ndim() == 1 && labels.shape()[0] == logits.shape()[0],
                            "sparse_softmax_cross_entropy: 'labels' must have the shape (", logits.shape()[0],
                            ",), one for each row of 'logits', got ", labels.shape());
          out[0] = {logits.dtype(), labels.shape()};
          out[1] = {logits.dtype(), logits.shape()};
        },
    .vjp = vjp,
    .saves = saves_in({0}) | saves_out({1}),
    .samples =
        "f32[2,3], i32[2]{0..2} | f32[4,10], i64[4]{0..9} | f16[2,5], i32[2]{0..4} | f32[0,3], i32[0] | "
        "!ValueError f32[2,3], i32[2]{3..3} | !ValueError f32[2,3], i64[2]{-1..-1} | "
        "!ValueError f32[2,3], i32[3]{0..2} | !TypeError f32[2,3], f32[2] | !ValueError f32[3], i32[3]{0..0} "
        "| "
        "!TypeError i32[2,3], i32[2]{0..2} | !ValueError f32[2,0], i32[2]{0..0}",
};

}  // namespace nucella
