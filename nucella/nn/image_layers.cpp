#include "nucella/nn/image_layers.h"

#include <algorithm>
#include <cmath>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) {
  Shape from = Shape::filled(axis + 1, 0), to(x.shape().begin(), x.shape().begin() + axis + 1);
  from[axis] = begin;
  to[axis] = end;
  return ops::strided_slice(x, from, to);
}

std::vector<double> factors(const InterpolateOptions& options, size_t axes, std::string_view who) {
  const std::vector<double>& given = options.scale_factor;
  check<ValueError>(given.size() == 1 || given.size() == axes, "For '", who,
                    "', 'scale_factor' must be a number or hold ", axes, " numbers, got ", given.size());
  for (double f : given)
    check<ValueError>(f > 0 && std::isfinite(f), "For '", who, "', 'scale_factor' must be positive, got ", f);
  return given.size() == 1 ? std::vector<double>(axes, given[0]) : given;
}

}  // namespace

Tensor interpolate(const Tensor& x, const InterpolateOptions& options, std::string_view who) {
  check<ValueError>(options.size || !options.scale_factor.empty(), "For '", who,
                    "', 'size' and 'scale_factor' cannot both be left out");
  check<ValueError>(!options.size || options.scale_factor.empty(), "For '", who,
                    "', 'size' and 'scale_factor' cannot be given together");
  check<ValueError>(x.ndim() >= 3 && x.ndim() <= 5, "For '", who,
                    "', the input must have 3 to 5 dimensions, got the shape ", x.shape());
  const auto axes = static_cast<size_t>(x.ndim() - 2);
  const bool align = options.align_corners.value_or(false);
  if (options.size) {
    const std::vector<int64_t> size = options.size->expand(axes, who, "size");
    return ops::interpolate(x, size, options.mode, align, {});
  }
  std::vector<double> scales = factors(options, axes, who);
  Ints size;
  for (size_t i = 0; i < axes; ++i)
    size.push_back(static_cast<int64_t>(
        std::floor(static_cast<double>(x.shape()[static_cast<int>(i) + 2]) * scales[i])));
  if (options.recompute_scale_factor) scales.clear();
  return ops::interpolate(x, size, options.mode, align, scales);
}

Upsample::Upsample(Cell& owner, std::string_view name, InterpolateOptions options)
    : Upsample(std::move(options)) {
  join(owner, name);
}
Tensor Upsample::construct(const Tensor& x) { return interpolate(x, options_, "Upsample"); }

PixelShuffle::PixelShuffle(int64_t upscale_factor)
    : upscale_factor_(check_positive(upscale_factor, "PixelShuffle", "upscale_factor")) {}
Tensor PixelShuffle::construct(const Tensor& input) { return ops::pixel_shuffle(input, upscale_factor_); }

PixelUnshuffle::PixelUnshuffle(int64_t downscale_factor)
    : downscale_factor_(check_positive(downscale_factor, "PixelUnshuffle", "downscale_factor")) {}
Tensor PixelUnshuffle::construct(const Tensor& input) {
  return ops::pixel_unshuffle(input, downscale_factor_);
}

ChannelShuffle::ChannelShuffle(int64_t groups)
    : groups_(check_positive(groups, "ChannelShuffle", "groups")) {}
Tensor ChannelShuffle::construct(const Tensor& input) { return ops::channel_shuffle(input, groups_); }

namespace {

std::vector<int64_t> inner(const std::vector<int64_t>& given, const char* argument) {
  check<ValueError>(given.size() == 4 && given[0] == 1 && given[3] == 1 && given[1] > 0 && given[2] > 0,
                    "For 'Unfold', '", argument, "' must be [1, rows, columns, 1], got ", Shape(given));
  return {given[1], given[2]};
}

}  // namespace

Unfold::Unfold(const std::vector<int64_t>& ksizes, const std::vector<int64_t>& strides,
               const std::vector<int64_t>& rates, const std::string& padding)
    : kernel_(inner(ksizes, "ksizes")), stride_(inner(strides, "strides")), dilation_(inner(rates, "rates")) {
  std::string mode = padding;
  std::ranges::transform(mode, mode.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  same_ = check_choice(mode, {"valid", "same"}, "Unfold", "padding") == "same";
}

Unfold::Unfold(Cell& owner, std::string_view name, const std::vector<int64_t>& ksizes,
               const std::vector<int64_t>& strides, const std::vector<int64_t>& rates,
               const std::string& padding)
    : Unfold(ksizes, strides, rates, padding) {
  join(owner, name);
}

Tensor Unfold::construct(const Tensor& input_x) {
  check<ValueError>(input_x.ndim() == 4, "For 'Unfold', the input must have 4 dimensions, got the shape ",
                    input_x.shape());
  const int64_t n = input_x.shape()[0], channels = input_x.shape()[1];
  std::vector<int64_t> sides(4, 0), places(2);
  for (size_t i = 0; i < 2; ++i) {
    const int64_t in = input_x.shape()[static_cast<int>(i) + 2], reach = dilation_[i] * (kernel_[i] - 1) + 1;
    const int64_t out = (in + stride_[i] - 1) / stride_[i],
                  missing = std::max<int64_t>((out - 1) * stride_[i] + reach - in, 0);
    if (same_) {
      sides[2 * i] = missing / 2;
      sides[2 * i + 1] = missing - missing / 2;
    }
    places[i] = (in + (same_ ? missing : 0) - reach) / stride_[i] + 1;
  }
  const Tensor columns = ops::unfold(input_x, kernel_, dilation_, sides, stride_);
  const int64_t taps = kernel_[0] * kernel_[1];
  const Tensor split = ops::reshape(columns, {n, channels, taps, places[0], places[1]});
  return ops::reshape(ops::transpose(split, {0, 2, 1, 3, 4}), {n, taps * channels, places[0], places[1]});
}

CentralCrop::CentralCrop(double central_fraction) : central_fraction_(central_fraction) {
  check<ValueError>(central_fraction > 0 && central_fraction <= 1,
                    "For 'CentralCrop', 'central_fraction' must be in (0, 1], got ", central_fraction);
}

CentralCrop::CentralCrop(Cell& owner, std::string_view name, double central_fraction)
    : CentralCrop(central_fraction) {
  join(owner, name);
}

Tensor CentralCrop::construct(const Tensor& image) {
  const int n = image.ndim();
  check<ValueError>(n >= 2 && n <= 4,
                    "For 'CentralCrop', the image must have 2 to 4 dimensions, got the shape ",
                    image.shape());
  if (central_fraction_ == 1) return image;
  Tensor out = image;
  for (int axis : {n - 2, n - 1}) {
    const int64_t in = image.shape()[axis];
    const auto begin =
        static_cast<int64_t>((static_cast<double>(in) - static_cast<double>(in) * central_fraction_) / 2);
    out = slice(out, axis, begin, in - begin);
  }
  return out;
}

std::tuple<Tensor, Tensor> ImageGradients::construct(const Tensor& images) {
  check<ValueError>(images.ndim() == 4,
                    "For 'ImageGradients', the images must have 4 dimensions, got the shape ",
                    images.shape());
  const auto difference = [&](int axis) {
    const int64_t extent = images.shape()[axis];
    check<ValueError>(extent > 0, "For 'ImageGradients', the images must not be empty, got the shape ",
                      images.shape());
    const Tensor steps = slice(images, axis, 1, extent) - slice(images, axis, 0, extent - 1);
    return ops::pad(steps, axis == 3 ? Shape{0, 1} : Shape{0, 0, 0, 1});
  };
  return {difference(2), difference(3)};
}

}  // namespace nucella::nn
