// Conv1d to Conv3d and their transposed forms: convolutions of signals, images and volumes.
#pragma once
#include <array>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct ConvOptions {
  Extents stride = 1;
  std::string pad_mode = "same";  ///< "same", "valid" or "pad"
  Extents padding = 0;            ///< one number, or both sides of each axis in order; only with "pad"
  Extents output_padding = 0;     ///< only Conv2dTranspose and Conv3dTranspose, with pad_mode "pad"
  Extents dilation = 1;
  int64_t group = 1;
  bool has_bias = false;
  WeightInit weight_init = {};   ///< default: HeUniform(sqrt(5)), that is U(-1, 1) / sqrt(fan_in)
  WeightInit bias_init = {};     ///< default: U(-1, 1) / sqrt(fan_in)
  std::string data_format = "";  ///< nothing but the default: "NCHW", of volumes "NCDHW"
  DType dtype = float32;
};
using Conv2dOptions = ConvOptions;

/// What the convolutions share. weight is (out_channels, in_channels / group, ...), of transposed ones
/// (in_channels, out_channels / group, ...); bias is (out_channels,). Those of signals work on images of
/// height 1: their weight, sizes and padding have an axis in front.
class Conv : public Cell {
 public:
  std::string class_name() const override;
  std::string extend_repr() const override { return repr_; }

  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return out_channels_; }
  const std::vector<int64_t>& kernel_size() const { return kernel_size_; }
  const std::vector<int64_t>& stride() const { return stride_; }
  const std::string& pad_mode() const { return pad_mode_; }
  /// Before and behind along each axis in order.
  const std::vector<int64_t>& padding() const { return padding_; }
  /// As it was given: one number, or all of them.
  const Extents& given_padding() const { return given_padding_; }
  const Extents& given_output_padding() const { return given_output_padding_; }
  const std::vector<int64_t>& dilation() const { return dilation_; }
  int64_t group() const { return group_; }
  bool has_bias() const { return bias.defined(); }
  const std::string& data_format() const { return data_format_; }

 protected:
  struct Kind {
    const char* name;
    int axes;
    bool transposed;
  };
  /// ValueError for sizes < 1, channels not divisible by `group`, padding outside of pad_mode "pad", an
  /// unknown pad_mode or data_format; TypeError for a wrong count of sizes.
  Conv(const Kind& kind, int64_t in_channels, int64_t out_channels, const Extents& kernel_size,
       const ConvOptions& options);
  /// The convolution or the transposed one of images or volumes.
  Tensor convolve(const Tensor& x);
  /// The same of signals (N, C, L). ValueError for another rank.
  Tensor convolve_signals(const Tensor& x);

 private:
  Shape weight_shape() const;

  Kind kind_;
  int64_t in_channels_, out_channels_;
  std::vector<int64_t> kernel_size_, stride_, dilation_, padding_, output_padding_;
  Extents given_padding_, given_output_padding_;
  std::string pad_mode_, data_format_;
  int64_t group_;
  std::string repr_;

 public:
  Parameter weight;
  Parameter bias;  ///< undefined without has_bias
};

#define NUCELLA_CONV(Name)                                                                                   \
  class Name : public CellOf<Name, Conv> {                                                                   \
   public:                                                                                                   \
    Name(int64_t in_channels, int64_t out_channels, Extents kernel_size, ConvOptions options = {});          \
    /** A member of `owner` that registers itself. */                                                        \
    Name(Cell& owner, std::string_view name, int64_t in_channels, int64_t out_channels, Extents kernel_size, \
         ConvOptions options = {})                                                                           \
        : Name(in_channels, out_channels, std::move(kernel_size), std::move(options)) {                      \
      join(owner, name);                                                                                     \
    }                                                                                                        \
    static constexpr std::array kArguments{"x"};                                                             \
    Tensor construct(const Tensor& x);                                                                       \
  };

/// Of signals (N, C, L). Sizes and padding are single numbers.
NUCELLA_CONV(Conv1d)
/// Of images (N, C, H, W).
NUCELLA_CONV(Conv2d)
/// Of volumes (N, C, D, H, W).
NUCELLA_CONV(Conv3d)
/// The derivative of a convolution with respect to its input, as a layer.
NUCELLA_CONV(Conv1dTranspose)
NUCELLA_CONV(Conv2dTranspose)
NUCELLA_CONV(Conv3dTranspose)

#undef NUCELLA_CONV

}  // namespace nucella::nn
