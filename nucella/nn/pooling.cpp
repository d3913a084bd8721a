#include "nucella/nn/pooling.h"

#include <algorithm>
#include <cctype>

#include "nucella/nn/batch_axis.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

std::string in_case(std::string text, int (*convert)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), convert);
  return text;
}

std::vector<int64_t> sizes(const Extents& extents, int axes, int64_t least, std::string_view who,
                           std::string_view argument) {
  extents.check_least(least, who, argument);
  check<TypeError>(axes > 1 || extents.is_single(), "For '", who, "', '", argument, "' must be an int, got ",
                   extents.repr());
  return extents.expand(static_cast<size_t>(axes), who, argument);
}

std::vector<int64_t> both_sides(const Extents& padding, int axes, std::string_view who) {
  std::vector<int64_t> out;
  for (int64_t side : sizes(padding, axes, 0, who, "padding")) out.insert(out.end(), {side, side});
  return out;
}

bool is_all(const std::vector<int64_t>& values, int64_t value) {
  return std::ranges::all_of(values, [=](int64_t v) { return v == value; });
}

std::string window_repr(const std::string& kernel_size, const std::string& stride,
                        const std::string& pad_mode) {
  return str("kernel_size=", kernel_size, ", stride=", stride,
             ", pad_mode=", in_case(pad_mode, std::toupper));
}

// MindSpore shows signals as what it makes of them.
std::string with_ones(const Extents& extents, int ones) {
  std::vector<int64_t> out(static_cast<size_t>(ones), 1);
  out.push_back(extents.values()[0]);
  return Shape(out).str();
}

}  // namespace

PoolWindow::PoolWindow(std::string_view who, int axes_, const Extents& kernel_size_, const Extents& stride_,
                       const std::string& pad_mode_, const Extents& padding_, const std::string& data_format)
    : axes(axes_),
      given_kernel_size(kernel_size_),
      given_stride(stride_),
      kernel_size(sizes(kernel_size_, axes_, 1, who, "kernel_size")),
      stride(sizes(stride_, axes_, 1, who, "stride")),
      padding(both_sides(padding_, axes_, who)),
      pad_mode(check_choice(in_case(pad_mode_, std::tolower), {"valid", "same", "pad"}, who, "pad_mode")) {
  check_choice(data_format, {"NCHW"}, who, "data_format");
  check<ValueError>(pad_mode == "pad" || is_all(padding, 0), "For '", who,
                    "', 'padding' needs pad_mode 'pad', got pad_mode '", pad_mode, "'");
}

Tensor IndexedPool::pool(const Tensor& x) {
  check<RuntimeError>(!return_indices_, class_name(),
                      ": with 'return_indices' there are two results; use call() or pool_with_indices()");
  return std::get<0>(pooled(x, false));
}

MaxPool::MaxPool(std::string_view who, int axes, const Extents& kernel_size, const MaxPoolOptions& options)
    : IndexedPool(options.return_indices),
      window_(who, axes, kernel_size, options.stride, options.pad_mode, options.padding, options.data_format),
      dilation_(sizes(options.dilation, axes, 1, who, "dilation")),
      ceil_mode_(options.ceil_mode) {
  check<ValueError>(
      window_.pad_mode == "pad" || (is_all(dilation_, 1) && !options.return_indices && !options.ceil_mode),
      "For '", who, "', 'dilation', 'return_indices' and 'ceil_mode' need pad_mode 'pad', got pad_mode '",
      window_.pad_mode, "'");
}

std::tuple<Tensor, Tensor> MaxPool::pooled(const Tensor& x, bool with_indices) {
  using Pool =
      Tensor (*)(const Tensor&, const Ints&, const Ints&, const std::string&, const Ints&, bool, const Ints&);
  constexpr Pool kValues[] = {ops::max_pool1d, ops::max_pool2d, ops::max_pool3d},
                 kIndices[] = {ops::max_pool1d_indices, ops::max_pool2d_indices, ops::max_pool3d_indices};
  const auto run = [&](const Pool& pool) {
    return with_batch(x, window_.axes, [&](const Tensor& images) {
      return pool(images, window_.kernel_size, window_.stride, window_.pad_mode, window_.padding, ceil_mode_,
                  dilation_);
    });
  };
  return {run(kValues[window_.axes - 1]), with_indices ? run(kIndices[window_.axes - 1]) : Tensor()};
}

std::string MaxPool::extend_repr() const {
  const PoolWindow& w = window_;
  if (w.axes > 1) return window_repr(w.given_kernel_size.repr(), w.given_stride.repr(), w.pad_mode);
  const int ones = w.pad_mode == "pad" ? 2 : 1;
  return window_repr(with_ones(w.given_kernel_size, ones), with_ones(w.given_stride, ones), w.pad_mode);
}

AvgPool::AvgPool(std::string_view who, int axes, const Extents& kernel_size, const AvgPoolOptions& options)
    : window_(who, axes, kernel_size, options.stride, options.pad_mode, options.padding, options.data_format),
      ceil_mode_(options.ceil_mode),
      count_include_pad_(options.count_include_pad),
      divisor_override_(options.divisor_override) {
  check<ValueError>(!ceil_mode_ || window_.pad_mode != "same", "For '", who,
                    "', 'ceil_mode' does not go with pad_mode 'same'");
  check<ValueError>(divisor_override_ >= 0, "For '", who, "', 'divisor_override' must be positive, got ",
                    divisor_override_);
  check<ValueError>(axes > 1 || divisor_override_ == 0, "For '", who, "', there is no 'divisor_override'");
}

Tensor AvgPool::pool(const Tensor& x) {
  // The ops know ceil_mode with explicit padding only, which may be none.
  const std::string mode = ceil_mode_ ? "pad" : window_.pad_mode;
  const PoolWindow& w = window_;
  return with_batch(x, w.axes, [&](const Tensor& images) {
    if (w.axes == 1)
      return ops::avg_pool1d(images, w.kernel_size, w.stride, mode, w.padding, ceil_mode_,
                             count_include_pad_);
    return (w.axes == 2 ? ops::avg_pool2d : ops::avg_pool3d)(
        images, w.kernel_size, w.stride, mode, w.padding, ceil_mode_, count_include_pad_, divisor_override_);
  });
}

std::string AvgPool::extend_repr() const {
  const PoolWindow& w = window_;
  const bool plain = w.axes == 1 && w.pad_mode != "pad" && !ceil_mode_;
  if (!plain) return window_repr(w.given_kernel_size.repr(), w.given_stride.repr(), w.pad_mode);
  return window_repr(with_ones(w.given_kernel_size, 1), with_ones(w.given_stride, 1), w.pad_mode);
}

namespace {

Ints stride_or_none(const LPPoolOptions& options) {
  return options.stride.values() == std::vector<int64_t>{0} ? Ints{} : options.stride.values();
}

}  // namespace

Tensor LPPool1d::construct(const Tensor& x) {
  return ops::lp_pool1d(x, norm_type_, kernel_size_.values(), stride_or_none(options_), options_.ceil_mode);
}

Tensor LPPool2d::construct(const Tensor& x) {
  return ops::lp_pool2d(x, norm_type_, kernel_size_.values(), stride_or_none(options_), options_.ceil_mode);
}

}  // namespace nucella::nn
