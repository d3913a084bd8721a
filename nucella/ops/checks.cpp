#include "nucella/ops/checks.h"

#include <algorithm>

namespace nucella::rules {
namespace {

const char* op_name(const Call& call) { return entry_of(call.op).name; }

bool all_at_least(const Ints& values, int64_t least) {
  return std::ranges::all_of(values, [=](int64_t v) { return v >= least; });
}

// (N, `channels`, places of each window). ValueError, naming where the window's sizes come from, when one has
// none.
Shape places(const Call& call, const Shape& input, int64_t channels, const Windows& windows,
             std::string_view argument) {
  Shape out{input[0], channels};
  Shape reach;
  for (const Window& w : windows) {
    out.push_back(w.out);
    reach.push_back(w.reach());
  }
  for (const Window& w : windows)
    check<ValueError>(w.out > 0, op_name(call), ": '", argument, "' makes a window that reaches over ", reach,
                      ", which does not fit into the padded 'x' of shape ", input);
  return out;
}

}  // namespace

void check_sizes(const Call& call, std::string_view name, const Ints& sizes, int axes, int64_t least) {
  const auto count = static_cast<int>(sizes.size());
  check<ValueError>((count == 1 || count == axes) && all_at_least(sizes, least), op_name(call), ": '", name,
                    "' must be an integer >= ", least, " or a tuple of ", axes, " of them, got ",
                    Attr(sizes));
}

void check_padding(const Call& call, const std::string& pad_mode, const Ints& padding, int axes) {
  check<ValueError>(pad_mode == "valid" || pad_mode == "same" || pad_mode == "pad", op_name(call),
                    ": 'pad_mode' must be 'valid', 'same' or 'pad', got '", pad_mode, "'");
  const auto count = static_cast<int>(padding.size());
  check<ValueError>((count == 1 || count == axes || count == 2 * axes) && all_at_least(padding, 0),
                    op_name(call), ": 'padding' must be an integer >= 0 or a tuple of ", axes, " or ",
                    2 * axes, " of them, got ", Attr(padding));
  const bool none = std::ranges::all_of(padding, [](int64_t p) { return p == 0; });
  check<ValueError>(pad_mode == "pad" || none, op_name(call), ": 'padding' must be zero when 'pad_mode' is '",
                    pad_mode, "', got ", Attr(padding));
}

void check_same_dtype(const Call& call, std::string_view name, const Tensor& t, std::string_view like_name,
                      const Tensor& like) {
  check<TypeError>(t.dtype() == like.dtype(), op_name(call), ": '", name, "' must have the dtype ",
                   like.dtype(), " of '", like_name, "', got ", t.dtype());
}

void check_numeric(const Call& call, std::string_view name, const Tensor& t) {
  check<TypeError>(t.dtype() != bool_, op_name(call), ": '", name, "' must be a tensor of numbers, got Bool");
}

void check_ndim(const Call& call, std::string_view name, const Shape& shape, int ndim) {
  check<ValueError>(shape.ndim() == ndim, op_name(call), ": '", name, "' must have ", ndim,
                    " dimensions, got shape ", shape);
}

void check_shape(const Call& call, std::string_view name, const Shape& got, const Shape& expected) {
  check<ValueError>(got == expected, op_name(call), ": '", name, "' must have shape ", expected, ", got ",
                    got);
}

Shape conv_shape(const Call& call, const Shape& input, const Shape& weight, int axes) {
  const auto& [stride, pad_mode, padding, dilation, group] =
      unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
  check_sizes(call, "stride", stride, axes, 1);
  check_padding(call, pad_mode, padding, axes);
  check_sizes(call, "dilation", dilation, axes, 1);
  check_ndim(call, "x", input, axes + 2);
  check_ndim(call, "weight", weight, axes + 2);
  check<ValueError>(Shape(weight.begin() + 2, weight.end()).numel() > 0, op_name(call),
                    ": the kernel of 'weight' must not be empty, got shape ", weight);
  check<ValueError>(group >= 1 && input[1] % group == 0 && weight[0] % group == 0, op_name(call),
                    ": 'group' must divide the channels of 'x' and of the output, got group ", group, " for ",
                    input[1], " and ", weight[0]);
  check<RuntimeError>(weight[1] == input[1] / group, op_name(call),
                      ": 'C_in' of input 'x' shape divide by parameter 'group' must be the input channels of "
                      "'weight', got shapes ",
                      input, " and ", weight, " and group ", group);
  return places(call, input, weight[0], conv_windows(call.attrs, input, weight), "weight");
}

namespace {

void check_pool(const Call& call, const Shape& input, int axes) {
  const auto& [kernel, stride, pad_mode, padding, ceil_mode] =
      unpack<Ints, Ints, std::string, Ints, bool>(call.attrs);
  check_sizes(call, "kernel_size", kernel, axes, 1);
  check_sizes(call, "stride", stride, axes, 1);
  check_padding(call, pad_mode, padding, axes);
  check<ValueError>(!ceil_mode || pad_mode == "pad", op_name(call),
                    ": 'ceil_mode' needs 'pad_mode' to be 'pad', got '", pad_mode, "'");
  const auto n = static_cast<size_t>(axes);
  for (size_t i = 0; i < n; ++i) {
    const auto [before, after] = padding_along(padding, i, n);
    check<ValueError>(2 * std::max(before, after) <= along_axis(kernel, i), op_name(call),
                      ": 'padding' must be at most half of 'kernel_size' ", Attr(kernel), ", got ",
                      Attr(padding));
  }
  check_ndim(call, "x", input, axes + 2);
}

bool touches_input(const Window& w, int64_t o) {
  for (int64_t k = 0; k < w.kernel; ++k)
    if (const int64_t i = w.start(o) + k * w.dilation; i >= 0 && i < w.in) return true;
  return false;
}

}  // namespace

Shape pool_shape(const Call& call, const Shape& input, int axes) {
  check_pool(call, input, axes);
  return places(call, input, input[1], pool_windows(call.attrs, input), "kernel_size");
}

Shape dilated_pool_shape(const Call& call, const Shape& input, int axes) {
  check_pool(call, input, axes);
  const Ints& dilation = call.attrs[5].as<Ints>();
  check_sizes(call, "dilation", dilation, axes, 1);
  const Windows windows = dilated_pool_windows(call.attrs, input);
  const Shape out = places(call, input, input[1], windows, "kernel_size");
  for (const Window& w : windows)
    for (int64_t o = 0; w.dilation > 1 && o < w.out; ++o)
      check<ValueError>(touches_input(w, o), op_name(call), ": 'dilation' ", Attr(dilation),
                        " takes all taps of a window off 'x' of shape ", input);
  return out;
}

void infer_pool2d(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  check_floating(call, x, "x");
  out[0] = {x.dtype(), pool_shape(call, x.shape(), 2)};
}

}  // namespace nucella::rules
