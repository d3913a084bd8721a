#include "nucella/nn/loss.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {

Loss::Loss(std::string_view who, std::string reduction)
    : reduction_(check_choice(reduction, {"mean", "sum", "none"}, who, "reduction")) {}

Tensor Loss::reduce(const Tensor& losses) const {
  if (reduction_ == "mean") return ops::reduce_mean(losses);
  if (reduction_ == "sum") return ops::reduce_sum(losses);
  return losses;
}

SoftmaxCrossEntropyWithLogits::SoftmaxCrossEntropyWithLogits(SoftmaxCrossEntropyOptions options)
    : Loss("SoftmaxCrossEntropyWithLogits", options.reduction), sparse_(options.sparse) {}

SoftmaxCrossEntropyWithLogits::SoftmaxCrossEntropyWithLogits(Cell& owner, std::string_view name,
                                                             SoftmaxCrossEntropyOptions options)
    : SoftmaxCrossEntropyWithLogits(std::move(options)) {
  join(owner, name);
}

Tensor SoftmaxCrossEntropyWithLogits::construct(const Tensor& logits, const Tensor& labels) {
  if (sparse_) return reduce(ops::sparse_softmax_cross_entropy(logits, labels)[0]);
  return reduce(ops::softmax_cross_entropy_with_logits(logits, labels)[0]);
}

MSELoss::MSELoss(std::string reduction) : Loss("MSELoss", std::move(reduction)) {}

MSELoss::MSELoss(Cell& owner, std::string_view name, std::string reduction) : MSELoss(std::move(reduction)) {
  join(owner, name);
}

Tensor MSELoss::construct(const Tensor& logits, const Tensor& labels) {
  return reduce(ops::square(ops::sub(logits, labels)));
}

CrossEntropyLoss::CrossEntropyLoss(CrossEntropyOptions options)
    : Loss("CrossEntropyLoss", options.reduction), options_(std::move(options)) {
  const double smoothing = options_.label_smoothing;
  check<ValueError>(smoothing >= 0 && smoothing <= 1,
                    "For 'CrossEntropyLoss', 'label_smoothing' must be in [0, 1], got ", smoothing);
}

CrossEntropyLoss::CrossEntropyLoss(Cell& owner, std::string_view name, CrossEntropyOptions options)
    : CrossEntropyLoss(std::move(options)) {
  join(owner, name);
}

Tensor CrossEntropyLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::cross_entropy(logits, labels, options_.weight, options_.ignore_index, options_.reduction,
                            options_.label_smoothing);
}

NLLLoss::NLLLoss(NLLOptions options) : Loss("NLLLoss", options.reduction), options_(std::move(options)) {}

NLLLoss::NLLLoss(Cell& owner, std::string_view name, NLLOptions options) : NLLLoss(std::move(options)) {
  join(owner, name);
}

Tensor NLLLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::nll_loss(logits, labels, options_.weight, options_.ignore_index, options_.reduction);
}

}  // namespace nucella::nn
