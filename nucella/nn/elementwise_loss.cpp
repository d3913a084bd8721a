#include "nucella/nn/elementwise_loss.h"

#include "nucella/ops/operators.h"

namespace nucella::nn {

Tensor L1Loss::construct(const Tensor& logits, const Tensor& labels) {
  return reduce(ops::abs(logits - labels));
}

Tensor MAELoss::construct(const Tensor& logits, const Tensor& labels) {
  return reduce(ops::abs(logits - labels));
}

Tensor RMSELoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::sqrt(mse_(logits, labels));
}

Tensor SmoothL1Loss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::smooth_l1_loss(logits, labels, beta_, reduction());
}

Tensor HuberLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::huber_loss(logits, labels, delta_, reduction());
}

Tensor BCELoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::binary_cross_entropy(logits, labels, weight_, reduction());
}

Tensor BCEWithLogitsLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::binary_cross_entropy_with_logits(logits, labels, weight_, pos_weight_, reduction());
}

KLDivLoss::KLDivLoss(std::string reduction)
    : reduction_(check_choice(reduction, {"mean", "sum", "none", "batchmean"}, "KLDivLoss", "reduction")) {}

Tensor KLDivLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::kl_div(logits, labels, reduction_);
}

Tensor SoftMarginLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::soft_margin_loss(logits, labels, reduction());
}

Tensor HingeEmbeddingLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::hinge_embedding_loss(logits, labels, margin_, reduction());
}

Tensor MultiLabelSoftMarginLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::multilabel_soft_margin_loss(logits, labels, weight_, reduction());
}

Tensor PoissonNLLLoss::construct(const Tensor& logits, const Tensor& labels) {
  return ops::poisson_nll_loss(logits, labels, options_.log_input, options_.full, options_.eps, reduction());
}

}  // namespace nucella::nn
