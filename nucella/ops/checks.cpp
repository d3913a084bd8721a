#include "nucella/ops/checks.h"

namespace nucella::rules {
namespace {

const char* op_name(const Call& call) { return entry_of(call.op).name; }

void check_pair(const Call& call, std::string_view name, const Ints& pair, int64_t least) {
  check<ValueError>(pair.size() == 2 && pair[0] >= least && pair[1] >= least, op_name(call), ": '", name,
                    "' must be two integers >= ", least, ", got ", Attr(pair));
}

void check_padding(const Call& call, const std::string& pad_mode, const Ints& padding) {
  check<ValueError>(pad_mode == "valid" || pad_mode == "same" || pad_mode == "pad", op_name(call),
                    ": 'pad_mode' must be 'valid', 'same' or 'pad', got '", pad_mode, "'");
  check<ValueError>(padding.size() == 4 && std::ranges::all_of(padding, [](int64_t p) { return p >= 0; }),
                    op_name(call), ": 'padding' must be four integers >= 0 (top, bottom, left, right), got ",
                    Attr(padding));
  check<ValueError>(pad_mode == "pad" || padding == Ints{0, 0, 0, 0}, op_name(call),
                    ": 'padding' must be zero when 'pad_mode' is '", pad_mode, "', got ", Attr(padding));
}

}  // namespace

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

Shape conv2d_shape(const Call& call, const Shape& input, const Shape& weight) {
  const auto [stride, pad_mode, padding, dilation, group] =
      unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs);
  check_pair(call, "stride", stride, 1);
  check_padding(call, pad_mode, padding);
  check_pair(call, "dilation", dilation, 1);
  check_ndim(call, "x", input, 4);
  check_ndim(call, "weight", weight, 4);
  check<ValueError>(weight[2] > 0 && weight[3] > 0, op_name(call),
                    ": 'weight' must have a kernel of at least (1, 1), got shape ", weight);
  check<ValueError>(group >= 1 && input[1] % group == 0 && weight[0] % group == 0, op_name(call),
                    ": 'group' must divide the channels of 'x' and of the output, got group ", group, " for ",
                    input[1], " and ", weight[0]);
  check<RuntimeError>(weight[1] == input[1] / group, op_name(call),
                      ": 'C_in' of input 'x' shape divide by parameter 'group' must be the input channels of "
                      "'weight', got shapes ",
                      input, " and ", weight, " and group ", group);
  const Windows w = conv_windows(call.attrs, input, weight);
  check<ValueError>(w[0].out > 0 && w[1].out > 0, op_name(call),
                    ": 'weight' with a kernel that reaches over (", w[0].reach(), ", ", w[1].reach(),
                    ") does not fit into the padded 'x' of shape ", input);
  return {input[0], weight[0], w[0].out, w[1].out};
}

namespace {

void check_pool(const Call& call, const Shape& input) {
  const auto [kernel, stride, pad_mode, padding, ceil_mode] =
      unpack<Ints, Ints, std::string, Ints, bool>(call.attrs);
  check_pair(call, "kernel_size", kernel, 1);
  check_pair(call, "stride", stride, 1);
  check_padding(call, pad_mode, padding);
  check<ValueError>(!ceil_mode || pad_mode == "pad", op_name(call),
                    ": 'ceil_mode' needs 'pad_mode' to be 'pad', got '", pad_mode, "'");
  for (size_t i = 0; i < 4; ++i)
    check<ValueError>(2 * padding[i] <= kernel[i / 2], op_name(call),
                      ": 'padding' must be at most half of 'kernel_size' ", Attr(kernel), ", got ",
                      Attr(padding));
  check_ndim(call, "x", input, 4);
}

Shape places(const Call& call, const Shape& input, const Windows& w) {
  check<ValueError>(w[0].out > 0 && w[1].out > 0, op_name(call), ": 'kernel_size' ", call.attrs[0],
                    " does not fit into the padded 'x' of shape ", input);
  return {input[0], input[1], w[0].out, w[1].out};
}

bool touches_input(const Window& w, int64_t o) {
  for (int64_t k = 0; k < w.kernel; ++k)
    if (const int64_t i = w.start(o) + k * w.dilation; i >= 0 && i < w.in) return true;
  return false;
}

}  // namespace

Shape pool2d_shape(const Call& call, const Shape& input) {
  check_pool(call, input);
  return places(call, input, pool_windows(call.attrs, input));
}

Shape dilated_pool2d_shape(const Call& call, const Shape& input) {
  check_pool(call, input);
  const Ints& dilation = call.attrs[5].as<Ints>();
  check_pair(call, "dilation", dilation, 1);
  const Windows windows = dilated_pool_windows(call.attrs, input);
  const Shape out = places(call, input, windows);
  for (const Window& w : windows)
    for (int64_t o = 0; w.dilation > 1 && o < w.out; ++o)
      check<ValueError>(touches_input(w, o), op_name(call), ": 'dilation' ", Attr(dilation),
                        " takes all taps of a window off 'x' of shape ", input);
  return out;
}

void infer_pool2d(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  check_floating(call, x, "x");
  out[0] = {x.dtype(), pool2d_shape(call, x.shape())};
}

}  // namespace nucella::rules
