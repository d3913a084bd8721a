// BiDense: the bilinear layer y = x1 W x2 + b.
#pragma once
#include <array>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct BiDenseOptions {
  WeightInit weight_init = {};  ///< default: U(-1, 1) / sqrt(in1_channels)
  WeightInit bias_init = {};    ///< default: U(-1, 1) / sqrt(in1_channels)
  bool has_bias = true;
  DType dtype = float32;
};

/// weight is (out_channels, in1_channels, in2_channels), bias (out_channels,).
class BiDense : public CellOf<BiDense> {
 public:
  /// ValueError unless all channel counts are positive and Tensors given as initial values fit.
  BiDense(int64_t in1_channels, int64_t in2_channels, int64_t out_channels,
          const BiDenseOptions& options = {});
  BiDense(Cell& owner, std::string_view name, int64_t in1_channels, int64_t in2_channels,
          int64_t out_channels, const BiDenseOptions& options = {});
  static constexpr std::array kArguments{"input1", "input2"};
  /// (..., out_channels) of (..., in1_channels) and (..., in2_channels).
  Tensor construct(const Tensor& input1, const Tensor& input2);
  std::string extend_repr() const override;

  int64_t in1_channels() const { return in1_channels_; }
  int64_t in2_channels() const { return in2_channels_; }
  int64_t out_channels() const { return out_channels_; }
  bool has_bias() const { return bias.defined(); }

 private:
  int64_t in1_channels_, in2_channels_, out_channels_;

 public:
  Parameter weight;
  Parameter bias;  ///< undefined without has_bias
};

}  // namespace nucella::nn
