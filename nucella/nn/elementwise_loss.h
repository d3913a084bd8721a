// Losses that compare a prediction with its target element by element.
#pragma once
#include "nucella/nn/loss.h"

namespace nucella::nn {

/// |logits - labels|, broadcast.
class L1Loss : public Loss {
 public:
  explicit L1Loss(std::string reduction = "mean") : Loss("L1Loss", std::move(reduction)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
};

/// The same under MindSpore's other name.
class MAELoss : public Loss {
 public:
  explicit MAELoss(std::string reduction = "mean") : Loss("MAELoss", std::move(reduction)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
};

/// The root of MSELoss.
class RMSELoss : public CellOf<RMSELoss> {
 public:
  RMSELoss() = default;
  Tensor construct(const Tensor& logits, const Tensor& labels);

 private:
  MSELoss mse_{*this, "MSELoss"};
};

/// ops::smooth_l1_loss.
class SmoothL1Loss : public Loss {
 public:
  explicit SmoothL1Loss(double beta = 1, std::string reduction = "none")
      : Loss("SmoothL1Loss", std::move(reduction)), beta_(beta) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  double beta_;
};

/// With d = |logits - labels|: d^2 / 2 where d < delta, delta * (d - delta / 2) elsewhere (Huber, 1964).
class HuberLoss : public Loss {
 public:
  explicit HuberLoss(std::string reduction = "mean", double delta = 1)
      : Loss("HuberLoss", std::move(reduction)), delta_(delta) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  double delta_;
};

/// ops::binary_cross_entropy of probabilities.
class BCELoss : public Loss {
 public:
  explicit BCELoss(Tensor weight = {}, std::string reduction = "mean")
      : Loss("BCELoss", std::move(reduction)), weight_(std::move(weight)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  Tensor weight_;
};

/// ops::binary_cross_entropy_with_logits.
class BCEWithLogitsLoss : public Loss {
 public:
  explicit BCEWithLogitsLoss(std::string reduction = "mean", Tensor weight = {}, Tensor pos_weight = {})
      : Loss("BCEWithLogitsLoss", std::move(reduction)),
        weight_(std::move(weight)),
        pos_weight_(std::move(pos_weight)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  Tensor weight_, pos_weight_;
};

/// labels * (log(labels) - logits), 0 where the label is 0; logits are log-probabilities. One more reduction,
/// "batchmean": the sum divided by the extent of axis 0.
class KLDivLoss : public CellOf<KLDivLoss> {
 public:
  /// ValueError for another reduction.
  explicit KLDivLoss(std::string reduction = "mean");
  Tensor construct(const Tensor& logits, const Tensor& labels);

 private:
  std::string reduction_;
};

/// log(1 + exp(-labels * logits)) for labels of 1 and -1.
class SoftMarginLoss : public Loss {
 public:
  explicit SoftMarginLoss(std::string reduction = "mean") : Loss("SoftMarginLoss", std::move(reduction)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;
};

/// logits where the label is 1, max(0, margin - logits) elsewhere.
class HingeEmbeddingLoss : public Loss {
 public:
  explicit HingeEmbeddingLoss(double margin = 1, std::string reduction = "mean")
      : Loss("HingeEmbeddingLoss", std::move(reduction)), margin_(margin) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  double margin_;
};

/// The mean over the classes (last axis) of the binary cross entropy of sigmoid(logits), times the weight of
/// each class.
class MultiLabelSoftMarginLoss : public Loss {
 public:
  explicit MultiLabelSoftMarginLoss(Tensor weight = {}, std::string reduction = "mean")
      : Loss("MultiLabelSoftMarginLoss", std::move(reduction)), weight_(std::move(weight)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  Tensor weight_;
};

struct PoissonNLLOptions {
  bool log_input = true;  ///< logits are the logarithm of the rate
  bool full = false;      ///< with Stirling's approximation of log(labels!) where labels > 1
  double eps = 1e-8;      ///< added to a rate before its logarithm is taken
  std::string reduction = "mean";
};

/// exp(logits) - labels * logits, or logits - labels * log(logits + eps).
class PoissonNLLLoss : public Loss {
 public:
  explicit PoissonNLLLoss(PoissonNLLOptions options = {})
      : Loss("PoissonNLLLoss", options.reduction), options_(std::move(options)) {}
  Tensor construct(const Tensor& logits, const Tensor& labels) override;

 private:
  PoissonNLLOptions options_;
};

}  // namespace nucella::nn
