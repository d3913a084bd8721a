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

struct CrossEntropyOptions {
  Tensor weight = {};  ///< of each class: (C,)
  int64_t ignore_index = -100;
  std::string reduction = "mean";
  double label_smoothing = 0;  ///< in [0, 1]
};

/// ops::cross_entropy of logits (N, C) or (N, C, ...) with class numbers or probabilities.
class CrossEntropyLoss : public Loss {
 public:
  /// ValueError for another reduction or a smoothing out of its range.
  explicit CrossEntropyLoss(CrossEntropyOptions options = {});
  CrossEntropyLoss(Cell& owner, std::string_view name, CrossEntropyOptions options = {});
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
  const CrossEntropyOptions& options() const { return options_; }

 private:
  CrossEntropyOptions options_;
};

struct NLLOptions {
  Tensor weight = {};  ///< of each class: (C,)
  int64_t ignore_index = -100;
  std::string reduction = "mean";
};

/// ops::nll_loss of log-probabilities (N, C) or (N, C, ...) with class numbers.
class NLLLoss : public Loss {
 public:
  /// ValueError for another reduction.
  explicit NLLLoss(NLLOptions options = {});
  NLLLoss(Cell& owner, std::string_view name, NLLOptions options = {});
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
  const NLLOptions& options() const { return options_; }

 private:
  NLLOptions options_;
};

}  // namespace nucella::nn
