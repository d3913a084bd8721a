// MaxPool2d and AvgPool2d: pooling of NCHW (or CHW) images.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct MaxPool2dOptions {
  Extents stride = 1;
  std::string pad_mode = "valid";  ///< "valid", "same" or "pad", in either case
  Extents padding = 0;             ///< one number, or {height, width}; only with pad_mode "pad"
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

/// What both pools share: the checked geometry, its repr, and images without a batch axis.
class Pool2d : public CellOf<Pool2d> {
 public:
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 protected:
  /// ValueError for sizes < 1, an unknown pad_mode, a data_format other than NCHW, or padding and ceil_mode
  /// outside of pad_mode "pad"; TypeError for a wrong count of sizes. `who` goes into the texts.
  Pool2d(std::string_view who, Extents kernel_size, Extents stride, std::string pad_mode,
         const Extents& padding, bool ceil_mode, const std::string& data_format);
  virtual Tensor pool(const Tensor& images) const = 0;

  std::vector<int64_t> kernel_, stride_, padding_;
  std::string pad_mode_;
  bool ceil_mode_;

 private:
  std::string repr_;
};

/// The largest value under a sliding window.
class MaxPool2d : public Pool2d {
 public:
  explicit MaxPool2d(Extents kernel_size = 1, MaxPool2dOptions options = {});
  MaxPool2d(Cell& owner, std::string_view name, Extents kernel_size = 1, MaxPool2dOptions options = {});

 protected:
  Tensor pool(const Tensor& images) const override;
};

/// The mean under a sliding window.
class AvgPool2d : public Pool2d {
 public:
  explicit AvgPool2d(Extents kernel_size = 1, AvgPool2dOptions options = {});
  AvgPool2d(Cell& owner, std::string_view name, Extents kernel_size = 1, AvgPool2dOptions options = {});

 protected:
  Tensor pool(const Tensor& images) const override;

 private:
  bool count_include_pad_;
  int64_t divisor_override_;
};

}  // namespace nucella::nn
