// Layers that move pixels about: Upsample, PixelShuffle, PixelUnshuffle, ChannelShuffle, Unfold, CentralCrop,
// ImageGradients.
#pragma once
#include <array>
#include <optional>
#include <tuple>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct InterpolateOptions {
  std::optional<Extents> size = {};        ///< of the last axes of the result
  std::vector<double> scale_factor = {};   ///< or one factor for all of them, or one for each
  std::string mode = "nearest";            ///< as in ops::interpolate
  std::optional<bool> align_corners = {};  ///< none: false
  bool recompute_scale_factor = false;     ///< forget the factors once the extents are known
};

/// ops::interpolate with the extents or factors that `options` has; `who` goes into the texts. ValueError
/// unless one of size and scale_factor is given.
Tensor interpolate(const Tensor& x, const InterpolateOptions& options, std::string_view who);

/// Brings the last axes of (N, C, ...) to other extents.
class Upsample : public CellOf<Upsample> {
 public:
  explicit Upsample(InterpolateOptions options) : options_(std::move(options)) {}
  Upsample(Cell& owner, std::string_view name, InterpolateOptions options);
  static constexpr std::array kArguments{"x"};
  Tensor construct(const Tensor& x);

 private:
  InterpolateOptions options_;
};

#define NUCELLA_PIXELS(Name, argument)                                                                 \
  class Name : public CellOf<Name> {                                                                   \
   public:                                                                                             \
    explicit Name(int64_t argument);                                                                   \
    Name(Cell& owner, std::string_view name, int64_t argument) : Name(argument) { join(owner, name); } \
    static constexpr std::array kArguments{"input"};                                                   \
    Tensor construct(const Tensor& input);                                                             \
                                                                                                       \
   private:                                                                                            \
    int64_t argument##_;                                                                               \
  };

/// (..., C r r, H, W) as (..., C, H r, W r). ValueError unless the factor is positive.
NUCELLA_PIXELS(PixelShuffle, upscale_factor)
/// (..., C, H r, W r) as (..., C r r, H, W). ValueError unless the factor is positive.
NUCELLA_PIXELS(PixelUnshuffle, downscale_factor)
/// Deals out the channels of (N, C, ...) anew (Zhang et al., 2018). ValueError unless `groups` is positive.
NUCELLA_PIXELS(ChannelShuffle, groups)

#undef NUCELLA_PIXELS

/// Patches of the images (N, C, H, W) as channels: (N, kh kw C, rows, columns), the channels of each place of
/// the patch together.
class Unfold : public CellOf<Unfold> {
 public:
  /// All three as {1, rows, columns, 1}: size, distance and dilation of the patches. `padding`: "valid" or
  /// "same", in either case. ValueError for anything else.
  Unfold(const std::vector<int64_t>& ksizes, const std::vector<int64_t>& strides,
         const std::vector<int64_t>& rates, const std::string& padding = "valid");
  Unfold(Cell& owner, std::string_view name, const std::vector<int64_t>& ksizes,
         const std::vector<int64_t>& strides, const std::vector<int64_t>& rates,
         const std::string& padding = "valid");
  static constexpr std::array kArguments{"input_x"};
  Tensor construct(const Tensor& input_x);

 private:
  std::vector<int64_t> kernel_, stride_, dilation_;
  bool same_;
};

/// The middle of images (H, W), (C, H, W) or (N, C, H, W).
class CentralCrop : public CellOf<CentralCrop> {
 public:
  /// `central_fraction`: of the extents that stays. ValueError unless in (0, 1].
  explicit CentralCrop(double central_fraction);
  CentralCrop(Cell& owner, std::string_view name, double central_fraction);
  static constexpr std::array kArguments{"image"};
  Tensor construct(const Tensor& image);

 private:
  double central_fraction_;
};

/// Differences to the next row and to the next column of images (N, C, H, W), 0 at the end: (dy, dx).
class ImageGradients : public CellOf<ImageGradients> {
 public:
  ImageGradients() = default;
  ImageGradients(Cell& owner, std::string_view name) { join(owner, name); }
  static constexpr std::array kArguments{"images"};
  std::tuple<Tensor, Tensor> construct(const Tensor& images);
};

}  // namespace nucella::nn
