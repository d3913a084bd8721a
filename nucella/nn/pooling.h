// MaxPool2d and AvgPool2d: pooling of NCHW (or CHW) images.
#pragma once
#include <array>
#include <tuple>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct MaxPool2dOptions {
  Extents stride = 1;
  std::string pad_mode = "valid";  ///< "valid", "same" or "pad", in either case
  Extents padding = 0;             ///< one number, or {height, width}; only with pad_mode "pad"
  Extents dilation = 1;            ///< distance of the taps; only with pad_mode "pad"
  bool return_indices = false;     ///< only with pad_mode "pad"
  bool ceil_mode = false;          ///< only with pad_mode "pad"
  std::string data_format = "NCHW";
};

struct AvgPool2dOptions {
  Extents stride = 1;
  std::string pad_mode = "valid";
  Extents padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;  ///< only with pad_mode "pad"
  int64_t divisor_override = 0;   ///< 0: the size of the window
  std::string data_format = "NCHW";
};

/// What both pools share: the checked geometry and its repr.
class Pool2d : public Cell {
 public:
  std::string extend_repr() const override;

 protected:
  /// ValueError for sizes < 1, an unknown pad_mode, a data_format other than NCHW, or padding and ceil_mode
  /// outside of pad_mode "pad"; TypeError for a wrong count of sizes. `who` goes into the texts.
  Pool2d(std::string_view who, Extents kernel_size, Extents stride, std::string pad_mode,
         const Extents& padding, bool ceil_mode, const std::string& data_format);
  std::vector<int64_t> kernel_, stride_, padding_;
  std::string pad_mode_;
  bool ceil_mode_;

 private:
  std::string repr_;
};

/// The largest value under a sliding window.
class MaxPool2d : public CellOf<MaxPool2d, Pool2d> {
 public:
  /// As Pool2d; ValueError as well for `dilation` and `return_indices` outside of pad_mode "pad".
  explicit MaxPool2d(Extents kernel_size = 1, MaxPool2dOptions options = {});
  MaxPool2d(Cell& owner, std::string_view name, Extents kernel_size = 1, MaxPool2dOptions options = {});
  static constexpr std::array kArguments{"x"};
  /// RuntimeError with return_indices, which gives two tensors: see pool_with_indices() and call().
  Tensor construct(const Tensor& x);
  /// The pooled image and, as int64, where each value came from: row * width + column in its plane.
  std::tuple<Tensor, Tensor> pool_with_indices(const Tensor& x);

 protected:
  Value construct_values(const Values& inputs) override;

 private:
  std::vector<int64_t> dilation_;
  bool return_indices_;
};

/// The mean under a sliding window.
class AvgPool2d : public CellOf<AvgPool2d, Pool2d> {
 public:
  explicit AvgPool2d(Extents kernel_size = 1, AvgPool2dOptions options = {});
  AvgPool2d(Cell& owner, std::string_view name, Extents kernel_size = 1, AvgPool2dOptions options = {});
  static constexpr std::array kArguments{"x"};
  Tensor construct(const Tensor& x);

 private:
  bool count_include_pad_;
  int64_t divisor_override_;
};

}  // namespace nucella::nn
