// Conv2d: two-dimensional convolution of NCHW images.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct Conv2dOptions {
  Extents stride = 1;
  std::string pad_mode = "same";  ///< "same", "valid" or "pad"
  Extents padding = 0;            ///< one number, or {top, bottom, left, right}; only with pad_mode "pad"
  Extents dilation = 1;
  int64_t group = 1;
  bool has_bias = false;
  WeightInit weight_init = {};  ///< default: HeUniform(sqrt(5)), that is U(-1, 1) / sqrt(fan_in)
  WeightInit bias_init = {};    ///< default: U(-1, 1) / sqrt(fan_in)
  std::string data_format = "NCHW";
  DType dtype = float32;
};

/// weight is (out_channels, in_channels / group, kh, kw), bias (out_channels,).
class Conv2d : public CellOf<Conv2d> {
 public:
  /// ValueError for sizes < 1, channels not divisible by `group`, padding outside of pad_mode "pad", an
  /// unknown pad_mode or a data_format other than NCHW; TypeError for a wrong count of sizes.
  Conv2d(int64_t in_channels, int64_t out_channels, Extents kernel_size, Conv2dOptions options = {});
  /// A member of `owner` that registers itself.
  Conv2d(Cell& owner, std::string_view name, int64_t in_channels, int64_t out_channels, Extents kernel_size,
         Conv2dOptions options = {});

  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return out_channels_; }
  const std::vector<int64_t>& kernel_size() const { return kernel_size_; }
  const std::vector<int64_t>& stride() const { return stride_; }
  const std::string& pad_mode() const { return pad_mode_; }
  /// Top, bottom, left, right.
  const std::vector<int64_t>& padding() const { return padding_; }
  const std::vector<int64_t>& dilation() const { return dilation_; }
  int64_t group() const { return group_; }
  bool has_bias() const { return bias.defined(); }

 private:
  Shape weight_shape() const;

  int64_t in_channels_, out_channels_;
  std::vector<int64_t> kernel_size_, stride_, dilation_, padding_;
  std::string pad_mode_;
  int64_t group_;
  std::string repr_;

 public:
  Parameter weight;
  Parameter bias;  ///< undefined without has_bias
};

}  // namespace nucella::nn
