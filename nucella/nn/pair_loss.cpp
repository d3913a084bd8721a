#include "nucella/nn/pair_loss.h"

#include <cmath>
#include <numbers>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

Tensor constant(double value, const Tensor& like) { return scalar(value, like.dtype()); }

}  // namespace

PairLoss::PairLoss(std::string_view who, std::string reduction)
    : reduction_(check_choice(reduction, {"mean", "sum", "none"}, who, "reduction")) {}

Tensor PairLoss::reduce(const Tensor& losses) const {
  if (reduction_ == "mean") return ops::reduce_mean(losses);
  if (reduction_ == "sum") return ops::reduce_sum(losses);
  return losses;
}

Tensor MarginRankingLoss::construct(const Tensor& input1, const Tensor& input2, const Tensor& target) {
  return reduce(ops::relu(-target * (input1 - input2) + margin_));
}

CosineEmbeddingLoss::CosineEmbeddingLoss(double margin, std::string reduction)
    : PairLoss("CosineEmbeddingLoss", std::move(reduction)), margin_(margin) {
  check<ValueError>(margin >= -1 && margin <= 1,
                    "For 'CosineEmbeddingLoss', 'margin' must be in [-1, 1], got ", margin);
}

Tensor CosineEmbeddingLoss::construct(const Tensor& logits_x1, const Tensor& logits_x2,
                                      const Tensor& labels) {
  constexpr double kEps = 1e-12;
  const auto along = [](const Tensor& t) { return ops::reduce_sum(t, {1}); };
  const Tensor lengths = (along(ops::square(logits_x1)) + kEps) * (along(ops::square(logits_x2)) + kEps);
  const Tensor cosine = along(logits_x1 * logits_x2) / ops::sqrt(lengths);
  const Tensor zero = constant(0, cosine);
  const Tensor near = ops::where(labels == 1, 1.0 - cosine, zero);
  return reduce(near + ops::where(labels == -1, ops::relu(cosine - margin_), zero));
}

GaussianNLLLoss::GaussianNLLLoss(GaussianNLLOptions options)
    : PairLoss("GaussianNLLLoss", options.reduction), options_(std::move(options)) {
  check<ValueError>(options_.eps > 0, "For 'GaussianNLLLoss', 'eps' must be greater than 0, got ",
                    options_.eps);
}

Tensor GaussianNLLLoss::construct(const Tensor& logits, const Tensor& labels, const Tensor& variance) {
  const Tensor v = ops::maximum(variance, constant(options_.eps, variance));
  Tensor losses = 0.5 * (ops::log(v) + ops::square(logits - labels) / v);
  if (options_.full) losses = losses + 0.5 * std::log(2 * std::numbers::pi);
  return reduce(losses);
}

Tensor TripletMarginLoss::construct(const Tensor& x, const Tensor& positive, const Tensor& negative) {
  const auto order = static_cast<double>(options_.p);
  const auto distance = [&](const Tensor& a, const Tensor& b) {
    const Tensor gap = ops::abs(a - b + options_.eps);
    return ops::pow(ops::reduce_sum(ops::pow(gap, constant(order, gap)), {-1}), constant(1 / order, gap));
  };
  const Tensor near = distance(x, positive);
  Tensor far = distance(x, negative);
  if (options_.swap) far = ops::minimum(far, distance(positive, negative));
  return reduce(ops::relu(near - far + options_.margin));
}

}  // namespace nucella::nn
