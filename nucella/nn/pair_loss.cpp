#include "nucella/nn/pair_loss.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {

PairLoss::PairLoss(std::string_view who, std::string reduction)
    : reduction_(check_choice(reduction, {"mean", "sum", "none"}, who, "reduction")) {}

Tensor MarginRankingLoss::construct(const Tensor& input1, const Tensor& input2, const Tensor& target) {
  return ops::margin_ranking_loss(input1, input2, target, margin_, reduction());
}

CosineEmbeddingLoss::CosineEmbeddingLoss(double margin, std::string reduction)
    : PairLoss("CosineEmbeddingLoss", std::move(reduction)), margin_(margin) {
  check<ValueError>(margin >= -1 && margin <= 1,
                    "For 'CosineEmbeddingLoss', 'margin' must be in [-1, 1], got ", margin);
}

Tensor CosineEmbeddingLoss::construct(const Tensor& logits_x1, const Tensor& logits_x2,
                                      const Tensor& labels) {
  return ops::cosine_embedding_loss(logits_x1, logits_x2, labels, margin_, reduction());
}

GaussianNLLLoss::GaussianNLLLoss(GaussianNLLOptions options)
    : PairLoss("GaussianNLLLoss", options.reduction), options_(std::move(options)) {
  check<ValueError>(options_.eps > 0, "For 'GaussianNLLLoss', 'eps' must be greater than 0, got ",
                    options_.eps);
}

Tensor GaussianNLLLoss::construct(const Tensor& logits, const Tensor& labels, const Tensor& variance) {
  return ops::gaussian_nll_loss(logits, labels, variance, options_.full, options_.eps, reduction());
}

Tensor TripletMarginLoss::construct(const Tensor& x, const Tensor& positive, const Tensor& negative) {
  return ops::triplet_margin_loss(x, positive, negative, options_.margin, static_cast<double>(options_.p),
                                  options_.eps, options_.swap, reduction());
}

}  // namespace nucella::nn
