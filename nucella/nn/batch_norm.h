// BatchNorm1d, BatchNorm2d, BatchNorm3d: normalisation of channels by the statistics of the batch or running
// ones.
#pragma once
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct BatchNormOptions {
  double eps = 1e-5;
  double momentum = 0.9;  ///< weight of the old running statistics, in [0, 1]
  bool affine = true;     ///< gamma and beta are trained
  WeightInit gamma_init = "ones";
  WeightInit beta_init = "zeros";
  WeightInit moving_mean_init = "zeros";
  WeightInit moving_var_init = "ones";
  /// Statistics of the batch (which also move the running ones) or the running ones; unset: the former while
  /// training.
  std::optional<bool> use_batch_statistics = {};
  std::string data_format = "NCHW";
  DType dtype = float32;
};

/// What the layers for single ranks share. With the statistics of the batch
///   moving = momentum * moving + (1 - momentum) * batch,
/// the variance being the unbiased one. All parameters have one element for each channel.
class BatchNorm : public CellOf<BatchNorm> {
 public:
  /// ValueError for an input of another rank than the layer's or of other channels.
  virtual Tensor construct(const Tensor& x);
  /// relu((*this)(x) + residual), `residual` possibly undefined: as one op when a call would go straight to
  /// construct, else step by step, so that hooks and casts do what they do around a call.
  Tensor relu(const Tensor& x, const Tensor& residual = {});
  std::string extend_repr() const override;

  int64_t num_features() const { return num_features_; }
  double eps() const { return options_.eps; }
  double momentum() const { return options_.momentum; }
  const std::optional<bool>& use_batch_statistics() const { return options_.use_batch_statistics; }
  void set_use_batch_statistics(std::optional<bool> value) { options_.use_batch_statistics = value; }

 protected:
  /// ValueError unless num_features > 0, momentum lies in [0, 1] and the format is "NCHW". `ranks` are what
  /// inputs may have.
  BatchNorm(std::string_view who, std::vector<int> ranks, int64_t num_features, BatchNormOptions options);

 private:
  void check_rank(const Tensor& x) const;
  bool by_batch() const { return options_.use_batch_statistics.value_or(training()); }

  std::string who_;
  std::vector<int> ranks_;
  int64_t num_features_;
  BatchNormOptions options_;

 public:
  Parameter moving_mean, moving_variance, gamma, beta;
};

/// For (N, C) and (N, C, L).
class BatchNorm1d : public BatchNorm {
 public:
  explicit BatchNorm1d(int64_t num_features, BatchNormOptions options = {})
      : BatchNorm("BatchNorm1d", {2, 3}, num_features, std::move(options)) {}
  BatchNorm1d(Cell& owner, std::string_view name, int64_t num_features, BatchNormOptions options = {})
      : BatchNorm1d(num_features, std::move(options)) {
    join(owner, name);
  }
};

/// For (N, C, H, W).
class BatchNorm2d : public BatchNorm {
 public:
  explicit BatchNorm2d(int64_t num_features, BatchNormOptions options = {})
      : BatchNorm("BatchNorm2d", {4}, num_features, std::move(options)) {}
  BatchNorm2d(Cell& owner, std::string_view name, int64_t num_features, BatchNormOptions options = {})
      : BatchNorm2d(num_features, std::move(options)) {
    join(owner, name);
  }
};

/// For (N, C, D, H, W): a BatchNorm2d over (N, C, D * H, W), as in MindSpore, whose names it shows.
class BatchNorm3d : public CellOf<BatchNorm3d> {
 public:
  explicit BatchNorm3d(int64_t num_features, BatchNormOptions options = {});
  BatchNorm3d(Cell& owner, std::string_view name, int64_t num_features, BatchNormOptions options = {});
  Tensor construct(const Tensor& x);

  BatchNorm2d bn2d;
};

}  // namespace nucella::nn
