#include "nucella/nn/conv.h"

#include <cmath>

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

std::vector<int64_t> sizes(const Extents& extents, std::string_view argument) {
  return extents.check_least(1, "Conv2d", argument).expand(2, "Conv2d", argument);
}

std::vector<int64_t> paddings(const Conv2dOptions& options) {
  const Extents& padding = options.padding.check_least(0, "Conv2d", "padding");
  check<ValueError>(padding.is_single() || padding.values().size() == 4,
                    "For 'Conv2d', 'padding' must be an int or a tuple of 4 ints, got ", padding.repr());
  std::vector<int64_t> sides = padding.expand(4, "Conv2d", "padding");
  check<ValueError>(options.pad_mode == "pad" || sides == std::vector<int64_t>(4, 0),
                    "For 'Conv2d', 'padding' must be 0 unless pad_mode is 'pad', got ", padding.repr(),
                    " with pad_mode '", options.pad_mode, "'");
  return sides;
}

int64_t checked_group(int64_t group, int64_t in_channels, int64_t out_channels) {
  check_positive(group, "Conv2d", "group");
  check<ValueError>(in_channels % group == 0 && out_channels % group == 0,
                    "For 'Conv2d', in_channels and out_channels must be divisible by group, got ",
                    in_channels, ", ", out_channels, " and ", group);
  return group;
}

WeightInit default_weight() { return init::HeUniform(std::sqrt(5.0)); }
WeightInit default_bias(const Shape& weight) {
  return init::Uniform(1 / std::sqrt(static_cast<double>(weight[1] * weight[2] * weight[3])));
}

}  // namespace

Conv2d::Conv2d(int64_t in_channels, int64_t out_channels, Extents kernel_size, Conv2dOptions options)
    : in_channels_(check_positive(in_channels, "Conv2d", "in_channels")),
      out_channels_(check_positive(out_channels, "Conv2d", "out_channels")),
      kernel_size_(sizes(kernel_size, "kernel_size")),
      stride_(sizes(options.stride, "stride")),
      dilation_(sizes(options.dilation, "dilation")),
      padding_(paddings(options)),
      pad_mode_(check_choice(options.pad_mode, {"same", "valid", "pad"}, "Conv2d", "pad_mode")),
      group_(checked_group(options.group, in_channels, out_channels)),
      weight(options.weight_init.or_default(default_weight())
                 .declare(*this, "weight", weight_shape(), options.dtype)),
      bias(options.has_bias ? options.bias_init.or_default(default_bias(weight_shape()))
                                  .declare(*this, "bias", {out_channels}, options.dtype)
                            : Parameter()) {
  check_choice(options.data_format, {"NCHW"}, "Conv2d", "data_format");
  const WeightInit bias_init =
      options.has_bias ? options.bias_init.or_default(default_bias(weight_shape())) : options.bias_init;
  repr_ = str("input_channels=", in_channels, ", output_channels=", out_channels,
              ", kernel_size=", Shape(kernel_size_), ", stride=", Shape(stride_), ", pad_mode=", pad_mode_,
              ", padding=", options.padding.repr(), ", dilation=", Shape(dilation_), ", group=", group_,
              ", has_bias=", python_bool(options.has_bias),
              ", weight_init=", options.weight_init.or_default(default_weight()).repr(),
              ", bias_init=", bias_init.repr(), ", format=", options.data_format);
}

Conv2d::Conv2d(Cell& owner, std::string_view name, int64_t in_channels, int64_t out_channels,
               Extents kernel_size, Conv2dOptions options)
    : Conv2d(in_channels, out_channels, std::move(kernel_size), std::move(options)) {
  join(owner, name);
}

Shape Conv2d::weight_shape() const {
  return {out_channels_, in_channels_ / group_, kernel_size_[0], kernel_size_[1]};
}

Tensor Conv2d::construct(const Tensor& x) {
  return ops::conv2d(x, in_compute_type(weight), bias.defined() ? in_compute_type(bias) : Tensor(), stride_,
                     pad_mode_, padding_, dilation_, group_);
}

std::string Conv2d::extend_repr() const { return repr_; }

}  // namespace nucella::nn
