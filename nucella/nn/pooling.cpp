#include "nucella/nn/pooling.h"

#include <algorithm>
#include <cctype>

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

std::string in_case(std::string text, int (*convert)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), convert);
  return text;
}

// {height, width} as the ops want it: {top, bottom, left, right}.
std::vector<int64_t> both_sides(const Extents& padding, std::string_view who) {
  const std::vector<int64_t> sides = padding.check_least(0, who, "padding").expand(2, who, "padding");
  return {sides[0], sides[0], sides[1], sides[1]};
}

}  // namespace

Pool2d::Pool2d(std::string_view who, Extents kernel_size, Extents stride, std::string pad_mode,
               const Extents& padding, bool ceil_mode, const std::string& data_format)
    : kernel_(kernel_size.check_least(1, who, "kernel_size").expand(2, who, "kernel_size")),
      stride_(stride.check_least(1, who, "stride").expand(2, who, "stride")),
      padding_(both_sides(padding, who)),
      pad_mode_(check_choice(in_case(std::move(pad_mode), std::tolower), {"valid", "same", "pad"}, who,
                             "pad_mode")),
      ceil_mode_(ceil_mode),
      repr_(str("kernel_size=", kernel_size.repr(), ", stride=", stride.repr(),
                ", pad_mode=", in_case(pad_mode_, std::toupper))) {
  check_choice(data_format, {"NCHW"}, who, "data_format");
  check<ValueError>(pad_mode_ == "pad" || (padding_ == std::vector<int64_t>(4, 0) && !ceil_mode), "For '",
                    who, "', 'padding' and 'ceil_mode' need pad_mode 'pad', got pad_mode '", pad_mode_, "'");
}

std::string Pool2d::extend_repr() const { return repr_; }

Tensor Pool2d::construct(const Tensor& x) {
  if (x.ndim() != 3) return pool(x);
  const Tensor y = pool(ops::expand_dims(x, 0));
  return ops::reshape(y, {y.shape(1), y.shape(2), y.shape(3)});
}

MaxPool2d::MaxPool2d(Extents kernel_size, MaxPool2dOptions options)
    : Pool2d("MaxPool2d", std::move(kernel_size), options.stride, options.pad_mode, options.padding,
             options.ceil_mode, options.data_format) {}

MaxPool2d::MaxPool2d(Cell& owner, std::string_view name, Extents kernel_size, MaxPool2dOptions options)
    : MaxPool2d(std::move(kernel_size), std::move(options)) {
  join(owner, name);
}

Tensor MaxPool2d::pool(const Tensor& images) const {
  return ops::max_pool2d(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_);
}

AvgPool2d::AvgPool2d(Extents kernel_size, AvgPool2dOptions options)
    : Pool2d("AvgPool2d", std::move(kernel_size), options.stride, options.pad_mode, options.padding,
             options.ceil_mode, options.data_format),
      count_include_pad_(options.count_include_pad),
      divisor_override_(options.divisor_override) {
  check<ValueError>(divisor_override_ >= 0, "For 'AvgPool2d', 'divisor_override' must be positive, got ",
                    divisor_override_);
}

AvgPool2d::AvgPool2d(Cell& owner, std::string_view name, Extents kernel_size, AvgPool2dOptions options)
    : AvgPool2d(std::move(kernel_size), std::move(options)) {
  join(owner, name);
}

Tensor AvgPool2d::pool(const Tensor& images) const {
  return ops::avg_pool2d(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_, count_include_pad_,
                         divisor_override_);
}

}  // namespace nucella::nn
