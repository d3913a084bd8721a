// Loss functions: cells that take a prediction and its target.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// Base of losses: how the single losses are put together, "mean", "sum" or "none".
class Loss : public CellOf<Loss> {
 public:
  virtual Tensor construct(const Tensor& logits, const Tensor& labels) = 0;
  const std::string& reduction() const { return reduction_; }

 protected:
  /// ValueError for another reduction; `who` goes into the text.
  Loss(std::string_view who, std::string reduction);
  /// Mean, sum, or `losses` itself.
  Tensor reduce(const Tensor& losses) const;

 private:
  std::string reduction_;
};

struct SoftmaxCrossEntropyOptions {
  bool sparse = false;  ///< labels are class numbers (int32 or int64), not probabilities
  std::string reduction = "none";
};

/// -sum(labels * log(softmax(logits))) for logits of shape (N, classes), one loss per row before the
/// reduction.
class SoftmaxCrossEntropyWithLogits : public Loss {
 public:
  explicit SoftmaxCrossEntropyWithLogits(SoftmaxCrossEntropyOptions options = {});
  SoftmaxCrossEntropyWithLogits(Cell& owner, std::string_view name, SoftmaxCrossEntropyOptions options = {});
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  bool sparse_;
};

/// (logits - labels)^2, broadcast.
class MSELoss : public Loss {
 public:
  explicit MSELoss(std::string reduction = "mean");
  MSELoss(Cell& owner, std::string_view name, std::string reduction = "mean");
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
};

}  // namespace nucella::nn
