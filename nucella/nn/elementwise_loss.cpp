#include "nucella/nn/elementwise_loss.h"

#include <numbers>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

Tensor constant(double value, const Tensor& like) { return scalar(value, like.dtype()); }

}  // namespace

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
  const Tensor distance = ops::abs(logits - labels);
  return reduce(ops::where(distance < delta_, 0.5 * ops::square(distance), delta_ * (distance - delta_ / 2)));
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
  const Tensor zero = constant(0, labels), present = labels > 0;
  // No logarithm of 0 may enter, or its slope would make a gradient of the labels NaN.
  const Tensor safe = ops::where(present, labels, constant(1, labels));
  const Tensor losses = ops::where(present, labels * (ops::log(safe) - logits), zero);
  if (reduction_ == "mean") return ops::reduce_mean(losses);
  if (reduction_ == "sum") return ops::reduce_sum(losses);
  if (reduction_ == "none") return losses;
  check<ValueError>(losses.ndim() > 0 && losses.shape()[0] > 0,
                    "For 'KLDivLoss', 'batchmean' needs a batch, got the shape ", losses.shape());
  return ops::reduce_sum(losses) / static_cast<double>(losses.shape()[0]);
}

Tensor SoftMarginLoss::construct(const Tensor& logits, const Tensor& labels) {
  return reduce(ops::softplus(-(labels * logits)));
}

Tensor HingeEmbeddingLoss::construct(const Tensor& logits, const Tensor& labels) {
  return reduce(ops::where(labels == 1, logits, ops::relu(margin_ - logits)));
}

Tensor MultiLabelSoftMarginLoss::construct(const Tensor& logits, const Tensor& labels) {
  Tensor losses = labels * ops::softplus(-logits) + (1.0 - labels) * ops::softplus(logits);
  if (weight_.defined()) losses = losses * weight_;
  return reduce(ops::reduce_mean(losses, {-1}));
}

Tensor PoissonNLLLoss::construct(const Tensor& logits, const Tensor& labels) {
  Tensor losses = options_.log_input ? ops::exp(logits) - labels * logits
                                     : logits - labels * ops::log(logits + options_.eps);
  if (options_.full) {
    const Tensor large = labels > 1, safe = ops::where(large, labels, constant(1, labels));
    const Tensor stirling = safe * ops::log(safe) - safe + 0.5 * ops::log(2 * std::numbers::pi * safe);
    losses = losses + ops::where(large, stirling, constant(0, labels));
  }
  return reduce(losses);
}

}  // namespace nucella::nn
