#include "nucella/nn/conv.h"

#include <algorithm>
#include <cmath>

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

// One number for each axis; of signals, behind `front` for the axis of extent 1.
std::vector<int64_t> sizes(const Extents& extents, int axes, int64_t least, int64_t front, const char* who,
                           const char* argument) {
  extents.check_least(least, who, argument);
  if (axes > 1) return extents.expand(static_cast<size_t>(axes), who, argument);
  check<TypeError>(extents.is_single(), "For '", who, "', '", argument, "' must be an int, got ",
                   extents.repr());
  return {front, extents.values()[0]};
}

// Before and behind along each axis.
std::vector<int64_t> both_sides(const ConvOptions& options, int axes, const char* who) {
  const Extents& padding = options.padding.check_least(0, who, "padding");
  const auto count = static_cast<size_t>(2 * axes);
  check<TypeError>(axes > 1 || padding.is_single(), "For '", who, "', 'padding' must be an int, got ",
                   padding.repr());
  check<ValueError>(padding.is_single() || padding.values().size() == count, "For '", who,
                    "', 'padding' must be an int or a tuple of ", count, " ints, got ", padding.repr());
  std::vector<int64_t> sides = padding.expand(count, who, "padding");
  check<ValueError>(options.pad_mode == "pad" || std::ranges::all_of(sides, [](int64_t p) { return p == 0; }),
                    "For '", who, "', 'padding' must be 0 unless pad_mode is 'pad', got ", padding.repr(),
                    " with pad_mode '", options.pad_mode, "'");
  if (axes == 1) sides.insert(sides.begin(), {0, 0});
  return sides;
}

int64_t checked_group(int64_t group, int64_t in_channels, int64_t out_channels, const char* who) {
  check_positive(group, who, "group");
  check<ValueError>(in_channels % group == 0 && out_channels % group == 0, "For '", who,
                    "', in_channels and out_channels must be divisible by group, got ", in_channels, ", ",
                    out_channels, " and ", group);
  return group;
}

std::string checked_format(const std::string& given, int axes, const char* who) {
  const std::string own = axes == 3 ? "NCDHW" : "NCHW";
  return given.empty() ? own : check_choice(given, {own}, who, "data_format");
}

WeightInit default_weight() { return init::HeUniform(std::sqrt(5.0)); }
WeightInit default_bias(const Shape& weight) {
  return init::Uniform(1 / std::sqrt(static_cast<double>(Shape(weight.begin() + 1, weight.end()).numel())));
}

}  // namespace

Conv::Conv(const Kind& kind, int64_t in_channels, int64_t out_channels, const Extents& kernel_size,
           const ConvOptions& options)
    : kind_(kind),
      in_channels_(check_positive(in_channels, kind.name, "in_channels")),
      out_channels_(check_positive(out_channels, kind.name, "out_channels")),
      kernel_size_(sizes(kernel_size, kind.axes, 1, 1, kind.name, "kernel_size")),
      stride_(sizes(options.stride, kind.axes, 1, 1, kind.name, "stride")),
      dilation_(sizes(options.dilation, kind.axes, 1, 1, kind.name, "dilation")),
      padding_(both_sides(options, kind.axes, kind.name)),
      output_padding_(sizes(options.output_padding, kind.axes, 0, 0, kind.name, "output_padding")),
      given_padding_(options.padding),
      given_output_padding_(options.output_padding),
      pad_mode_(check_choice(options.pad_mode, {"same", "valid", "pad"}, kind.name, "pad_mode")),
      data_format_(checked_format(options.data_format, kind.axes, kind.name)),
      group_(checked_group(options.group, in_channels, out_channels, kind.name)),
      weight(options.weight_init.or_default(default_weight())
                 .declare(*this, "weight", weight_shape(), options.dtype)),
      bias(options.has_bias ? options.bias_init.or_default(default_bias(weight_shape()))
                                  .declare(*this, "bias", {out_channels}, options.dtype)
                            : Parameter()) {
  const bool takes_more = kind.transposed && kind.axes > 1;
  check<ValueError>(takes_more || options.output_padding.values() == std::vector<int64_t>{0}, "For '",
                    kind.name, "', there is no 'output_padding'");
  const WeightInit bias_init =
      options.has_bias ? options.bias_init.or_default(default_bias(weight_shape())) : options.bias_init;
  repr_ =
      str("input_channels=", in_channels, ", output_channels=", out_channels,
          ", kernel_size=", Shape(kernel_size_), ", stride=", Shape(stride_), ", pad_mode=", pad_mode_,
          ", padding=", kind.axes == 1 ? Shape(padding_).str() : options.padding.repr(),
          ", dilation=", Shape(dilation_), ", group=", group_, ", has_bias=", python_bool(options.has_bias),
          ", weight_init=", options.weight_init.or_default(default_weight()).repr(),
          ", bias_init=", bias_init.repr(), ", format=", data_format_);
}

std::string Conv::class_name() const {
  // While the base is under construction its parameters, refused, would name the base.
  const std::string name = Cell::class_name();
  return name == "Conv" ? kind_.name : name;
}

Shape Conv::weight_shape() const {
  Shape shape = kind_.transposed ? Shape{in_channels_, out_channels_ / group_}
                                 : Shape{out_channels_, in_channels_ / group_};
  for (int64_t extent : kernel_size_) shape.push_back(extent);
  return shape;
}

Tensor Conv::convolve(const Tensor& x) {
  const Tensor w = in_compute_type(weight), b = bias.defined() ? in_compute_type(bias) : Tensor();
  const bool volumes = kernel_size_.size() == 3;
  if (!kind_.transposed)
    return (volumes ? ops::conv3d : ops::conv2d)(x, w, b, stride_, pad_mode_, padding_, dilation_, group_);
  return (volumes ? ops::conv_transpose3d : ops::conv_transpose2d)(
      x, w, b, stride_, padding_, output_padding_, group_, dilation_, pad_mode_);
}

Tensor Conv::convolve_signals(const Tensor& x) {
  check<ValueError>(x.ndim() == 3, "For '", kind_.name, "', the input must have 3 dimensions, got the shape ",
                    x.shape());
  return ops::squeeze(convolve(ops::expand_dims(x, 2)), {2});
}

Conv1d::Conv1d(int64_t in_channels, int64_t out_channels, Extents kernel_size, ConvOptions options)
    : CellOf(Kind{"Conv1d", 1, false}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv1d::construct(const Tensor& x) { return convolve_signals(x); }

Conv2d::Conv2d(int64_t in_channels, int64_t out_channels, Extents kernel_size, ConvOptions options)
    : CellOf(Kind{"Conv2d", 2, false}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv2d::construct(const Tensor& x) { return convolve(x); }

Conv3d::Conv3d(int64_t in_channels, int64_t out_channels, Extents kernel_size, ConvOptions options)
    : CellOf(Kind{"Conv3d", 3, false}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv3d::construct(const Tensor& x) { return convolve(x); }

Conv1dTranspose::Conv1dTranspose(int64_t in_channels, int64_t out_channels, Extents kernel_size,
                                 ConvOptions options)
    : CellOf(Kind{"Conv1dTranspose", 1, true}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv1dTranspose::construct(const Tensor& x) { return convolve_signals(x); }

Conv2dTranspose::Conv2dTranspose(int64_t in_channels, int64_t out_channels, Extents kernel_size,
                                 ConvOptions options)
    : CellOf(Kind{"Conv2dTranspose", 2, true}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv2dTranspose::construct(const Tensor& x) { return convolve(x); }

Conv3dTranspose::Conv3dTranspose(int64_t in_channels, int64_t out_channels, Extents kernel_size,
                                 ConvOptions options)
    : CellOf(Kind{"Conv3dTranspose", 3, true}, in_channels, out_channels, kernel_size, options) {}
Tensor Conv3dTranspose::construct(const Tensor& x) { return convolve(x); }

}  // namespace nucella::nn
