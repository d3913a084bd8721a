// LayerNorm, GroupNorm, RMSNorm and InstanceNorm1d to 3d: normalisation within each sample.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct LayerNormOptions {
  int64_t begin_norm_axis = -1;    ///< the mean is taken over this axis and all behind it
  int64_t begin_params_axis = -1;  ///< gamma and beta have the extents from this axis on
  WeightInit gamma_init = "ones";
  WeightInit beta_init = "zeros";
  double epsilon = 1e-7;
  DType dtype = float32;
};

/// Layer normalisation (Ba, Kiros and Hinton, 2016). gamma and beta have the shape `normalized_shape`.
class LayerNorm : public CellOf<LayerNorm> {
 public:
  /// ValueError for an empty shape.
  explicit LayerNorm(const Shape& normalized_shape, const LayerNormOptions& options = {});
  LayerNorm(Cell& owner, std::string_view name, const Shape& normalized_shape,
            const LayerNormOptions& options = {});
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

  const Shape& normalized_shape() const { return normalized_shape_; }
  int64_t begin_norm_axis() const { return begin_norm_axis_; }
  int64_t begin_params_axis() const { return begin_params_axis_; }
  double epsilon() const { return epsilon_; }

 private:
  Shape normalized_shape_;
  int64_t begin_norm_axis_, begin_params_axis_;
  double epsilon_;

 public:
  Parameter gamma, beta;
};

struct LayerNormExtOptions {
  double eps = 1e-5;
  bool elementwise_affine = true;  ///< there are a weight and a bias
  bool bias = true;
  DType dtype = float32;
};

/// mint.nn.LayerNorm: over the last axes, which have the shape `normalized_shape`, as have weight and bias.
class LayerNormExt : public CellOf<LayerNormExt> {
 public:
  /// ValueError for an empty shape.
  explicit LayerNormExt(const Shape& normalized_shape, const LayerNormExtOptions& options = {});
  LayerNormExt(Cell& owner, std::string_view name, const Shape& normalized_shape,
               const LayerNormExtOptions& options = {});
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 private:
  Shape normalized_shape_;
  LayerNormExtOptions options_;

 public:
  Parameter weight, bias;  ///< undefined where they are not wanted
};

struct GroupNormOptions {
  double eps = 1e-5;
  bool affine = true;  ///< gamma and beta are trained
  WeightInit gamma_init = "ones";
  WeightInit beta_init = "zeros";
  DType dtype = float32;
};

/// Group normalisation (Wu and He, 2018) of (N, C, ...).
class GroupNorm : public CellOf<GroupNorm> {
 public:
  /// ValueError unless both numbers are positive and num_channels is a multiple of num_groups.
  GroupNorm(int64_t num_groups, int64_t num_channels, const GroupNormOptions& options = {});
  GroupNorm(Cell& owner, std::string_view name, int64_t num_groups, int64_t num_channels,
            const GroupNormOptions& options = {});
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

  int64_t num_groups() const { return num_groups_; }
  int64_t num_channels() const { return num_channels_; }
  double eps() const { return eps_; }

 private:
  int64_t num_groups_, num_channels_;
  double eps_;

 public:
  Parameter gamma, beta;
};

struct GroupNormExtOptions {
  double eps = 1e-5;
  bool affine = true;  ///< there are a weight and a bias
  DType dtype = float32;
};

/// mint.nn.GroupNorm: as GroupNorm, with parameters called weight and bias.
class GroupNormExt : public CellOf<GroupNormExt> {
 public:
  /// As GroupNorm.
  GroupNormExt(int64_t num_groups, int64_t num_channels, const GroupNormExtOptions& options = {});
  GroupNormExt(Cell& owner, std::string_view name, int64_t num_groups, int64_t num_channels,
               const GroupNormExtOptions& options = {});
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 private:
  int64_t num_groups_, num_channels_;
  GroupNormExtOptions options_;

 public:
  Parameter weight, bias;  ///< undefined without `affine`
};

/// x / sqrt(mean(x^2) + eps) * weight over the last axes, which have the shape `normalized_shape` (Zhang and
/// Sennrich, 2019).
class RMSNorm : public CellOf<RMSNorm> {
 public:
  /// ValueError for an empty shape.
  explicit RMSNorm(const Shape& normalized_shape, double eps = 1e-6, DType dtype = float32);
  RMSNorm(Cell& owner, std::string_view name, const Shape& normalized_shape, double eps = 1e-6,
          DType dtype = float32);
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 private:
  Shape normalized_shape_;
  double eps_;

 public:
  Parameter weight;
};

struct InstanceNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  ///< weight of the batch in the running statistics, in [0, 1]
  bool affine = true;     ///< gamma and beta are trained
  WeightInit gamma_init = "ones";
  WeightInit beta_init = "zeros";
  DType dtype = float32;
};

/// What the layers for single ranks share: every channel of every sample is normalised by itself (Ulyanov et
/// al., 2016). While training, moving = (1 - momentum) * moving + momentum * mean over the samples.
class InstanceNorm : public CellOf<InstanceNorm> {
 public:
  /// ValueError for an input of another rank.
  virtual Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

  int64_t num_features() const { return num_features_; }
  double eps() const { return options_.eps; }
  double momentum() const { return options_.momentum; }

 protected:
  /// ValueError unless num_features > 0 and momentum lies in [0, 1]. `rank` is that of inputs.
  InstanceNorm(std::string_view who, int rank, int64_t num_features, InstanceNormOptions options);

 private:
  std::string who_;
  int rank_;
  int64_t num_features_;
  InstanceNormOptions options_;

 public:
  Parameter moving_mean, moving_variance, gamma, beta;
};

/// For (N, C, L).
class InstanceNorm1d : public InstanceNorm {
 public:
  explicit InstanceNorm1d(int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm("InstanceNorm1d", 3, num_features, std::move(options)) {}
  InstanceNorm1d(Cell& owner, std::string_view name, int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm1d(num_features, std::move(options)) {
    join(owner, name);
  }
};

/// For (N, C, H, W).
class InstanceNorm2d : public InstanceNorm {
 public:
  explicit InstanceNorm2d(int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm("InstanceNorm2d", 4, num_features, std::move(options)) {}
  InstanceNorm2d(Cell& owner, std::string_view name, int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm2d(num_features, std::move(options)) {
    join(owner, name);
  }
};

/// For (N, C, D, H, W).
class InstanceNorm3d : public InstanceNorm {
 public:
  explicit InstanceNorm3d(int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm("InstanceNorm3d", 5, num_features, std::move(options)) {}
  InstanceNorm3d(Cell& owner, std::string_view name, int64_t num_features, InstanceNormOptions options = {})
      : InstanceNorm3d(num_features, std::move(options)) {
    join(owner, name);
  }
};

}  // namespace nucella::nn
