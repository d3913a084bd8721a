// Losses of three tensors: pairs or triplets of predictions, or a prediction with its variance.
#pragma once
#include "nucella/nn/loss.h"

namespace nucella::nn {

/// Base of losses of three tensors; the reduction is as for Loss.
class PairLoss : public CellOf<PairLoss> {
 public:
  virtual Tensor construct(const Tensor& first, const Tensor& second, const Tensor& third) = 0;
  const std::string& reduction() const { return reduction_; }

 protected:
  /// ValueError for another reduction; `who` goes into the text.
  PairLoss(std::string_view who, std::string reduction);

 private:
  std::string reduction_;
};

/// max(0, -target * (input1 - input2) + margin) for targets of 1 and -1.
class MarginRankingLoss : public PairLoss {
 public:
  explicit MarginRankingLoss(double margin = 0, std::string reduction = "mean")
      : PairLoss("MarginRankingLoss", std::move(reduction)), margin_(margin) {}
  Tensor construct(const Tensor& input1, const Tensor& input2, const Tensor& target) override;

 private:
  double margin_;
};

/// With c the cosine of the vectors along axis 1: 1 - c where the label is 1, max(0, c - margin) where it is
/// -1.
class CosineEmbeddingLoss : public PairLoss {
 public:
  /// ValueError unless margin lies in [-1, 1].
  explicit CosineEmbeddingLoss(double margin = 0, std::string reduction = "mean");
  Tensor construct(const Tensor& logits_x1, const Tensor& logits_x2, const Tensor& labels) override;

 private:
  double margin_;
};

struct GaussianNLLOptions {
  bool full = false;  ///< with the constant log(2 pi) / 2
  double eps = 1e-6;  ///< the least variance
  std::string reduction = "mean";
};

/// (log(v) + (logits - labels)^2 / v) / 2 with v = max(variance, eps).
class GaussianNLLLoss : public PairLoss {
 public:
  /// ValueError unless eps > 0.
  explicit GaussianNLLLoss(GaussianNLLOptions options = {});
  Tensor construct(const Tensor& logits, const Tensor& labels, const Tensor& variance) override;

 private:
  GaussianNLLOptions options_;
};

struct TripletMarginOptions {
  int64_t p = 2;      ///< order of the norm
  bool swap = false;  ///< take the nearer of x and positive as the partner of negative (Balntas et al., 2016)
  double eps = 1e-6;  ///< added to each difference
  std::string reduction = "mean";
  double margin = 1;
};

/// max(0, |x - positive| - |x - negative| + margin) with norms along the last axis.
class TripletMarginLoss : public PairLoss {
 public:
  explicit TripletMarginLoss(TripletMarginOptions options = {})
      : PairLoss("TripletMarginLoss", options.reduction), options_(std::move(options)) {}
  Tensor construct(const Tensor& x, const Tensor& positive, const Tensor& negative) override;

 private:
  TripletMarginOptions options_;
};

}  // namespace nucella::nn
