// Dense: the fully connected layer y = x W^T + b.
#pragma once
#include <optional>

#include "nucella/nn/activation.h"
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct DenseOptions {
  WeightInit weight_init = {};  ///< default: HeUniform(sqrt(5)), that is U(-1, 1) / sqrt(in_channels)
  WeightInit bias_init = {};    ///< default: U(-1, 1) / sqrt(in_channels)
  bool has_bias = true;
  Activation activation = {};  ///< a name ("relu"), a Cell or a function, applied to the result
  DType dtype = float32;
};

/// weight is (out_channels, in_channels), bias (out_channels,). The input is (..., in_channels) of the
/// weight's dtype.
class Dense : public CellOf<Dense> {
 public:
  /// ValueError unless both channel counts are positive and Tensors given as initial values fit; KeyError for
  /// an unknown activation.
  Dense(int64_t in_channels, int64_t out_channels, DenseOptions options = {});
  /// A member of `owner` that registers itself.
  Dense(Cell& owner, std::string_view name, int64_t in_channels, int64_t out_channels,
        DenseOptions options = {});

  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return out_channels_; }
  bool has_bias() const { return bias.defined(); }

 private:
  int64_t in_channels_, out_channels_;
  std::optional<ChildPtr<>> activation_;
  Activation function_;  // when that is no cell

 public:
  Parameter weight;
  Parameter bias;  ///< undefined without has_bias
};

}  // namespace nucella::nn
