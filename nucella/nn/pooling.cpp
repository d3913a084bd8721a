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

// `pool` of images, or of one image that has no batch axis.
template <class Pool>
Tensor pool_images(const Tensor& x, Pool pool) {
  if (x.ndim() != 3) return pool(x);
  const Tensor y = pool(ops::expand_dims(x, 0));
  return ops::reshape(y, {y.shape(1), y.shape(2), y.shape(3)});
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

MaxPool2d::MaxPool2d(Extents kernel_size, MaxPool2dOptions options)
    : CellOf("MaxPool2d", std::move(kernel_size), options.stride, options.pad_mode, options.padding,
             options.ceil_mode, options.data_format),
      dilation_(options.dilation.check_least(1, "MaxPool2d", "dilation").expand(2, "MaxPool2d", "dilation")),
      return_indices_(options.return_indices) {
  check<ValueError>(pad_mode_ == "pad" || (dilation_ == std::vector<int64_t>{1, 1} && !return_indices_),
                    "For 'MaxPool2d', 'dilation' and 'return_indices' need pad_mode 'pad', got pad_mode '",
                    pad_mode_, "'");
}

MaxPool2d::MaxPool2d(Cell& owner, std::string_view name, Extents kernel_size, MaxPool2dOptions options)
    : MaxPool2d(std::move(kernel_size), std::move(options)) {
  join(owner, name);
}

Tensor MaxPool2d::construct(const Tensor& x) {
  check<RuntimeError>(
      !return_indices_,
      "MaxPool2d: with 'return_indices' there are two results; use call() or pool_with_indices()");
  return pool_images(x, [&](const Tensor& images) {
    return ops::max_pool2d(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_, dilation_);
  });
}

std::tuple<Tensor, Tensor> MaxPool2d::pool_with_indices(const Tensor& x) {
  return {pool_images(x,
                      [&](const Tensor& images) {
                        return ops::max_pool2d(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_,
                                               dilation_);
                      }),
          pool_images(x, [&](const Tensor& images) {
            return ops::max_pool2d_indices(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_,
                                           dilation_);
          })};
}

Value MaxPool2d::construct_values(const Values& inputs) {
  if (!return_indices_ || inputs.size() != 1) return CellOf::construct_values(inputs);
  return pool_with_indices(inputs[0].as<Tensor>(class_name()));
}

AvgPool2d::AvgPool2d(Extents kernel_size, AvgPool2dOptions options)
    : CellOf("AvgPool2d", std::move(kernel_size), options.stride, options.pad_mode, options.padding,
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

Tensor AvgPool2d::construct(const Tensor& x) {
  return pool_images(x, [&](const Tensor& images) {
    return ops::avg_pool2d(images, kernel_, stride_, pad_mode_, padding_, ceil_mode_, count_include_pad_,
                           divisor_override_);
  });
}

}  // namespace nucella::nn
