#include "nucella/nn/ctc_loss.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

Tensor checked(const Value& value, std::string_view name) {
  check<TypeError>(value.is<Tensor>() && value.as<Tensor>().defined(), "For 'CTCLoss', '", name,
                   "' must be a Tensor, got ", kind_of(value));
  return value.as<Tensor>();
}

}  // namespace

Tensor CTCLoss::construct(const Value& log_probs, const Value& targets, const Tensor& input_lengths,
                          const Tensor& target_lengths) {
  Tensor p = checked(log_probs, "log_probs"), labels = checked(targets, "targets");
  const bool single = p.ndim() == 2;
  if (single) {
    check<ValueError>(labels.ndim() == 1 || (labels.ndim() == 2 && labels.shape()[0] == 1),
                      "For 'CTCLoss', 'targets' of one sample must have the shape (S,) or (1, S), got ",
                      labels.shape());
    if (labels.ndim() == 1) labels = ops::expand_dims(labels, 0);
    p = ops::expand_dims(p, 1);
  }
  const Tensor loss = ops::ctc_loss(p, labels, input_lengths, target_lengths, options_.blank,
                                    options_.reduction, options_.zero_infinity)[0];
  return single && loss.ndim() == 1 ? ops::squeeze(loss, {0}) : loss;
}

}  // namespace nucella::nn
