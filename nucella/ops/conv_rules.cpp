#include "nucella/ops/conv_rules.h"

#include <algorithm>

#include "nucella/tensor/create.h"

namespace nucella::rules {
namespace {

auto conv_attrs(const Call& call) { return unpack<Ints, std::string, Ints, Ints, int64_t>(call.attrs); }

}  // namespace

void infer_conv(const Call& call, std::span<Meta> out, int axes) {
  const Tensor &x = call.in[0], &weight = call.in[1], &bias = call.in[2];
  check_floating(call, x, "x");
  check_same_dtype(call, "weight", weight, "x", x);
  out[0] = {x.dtype(), conv_shape(call, x.shape(), weight.shape(), axes)};
  if (!bias.defined()) return;
  check_same_dtype(call, "bias", bias, "x", x);
  check_shape(call, "bias", bias.shape(), {weight.shape()[0]});
}

Tensors conv_vjp(const Call& call, std::span<const Tensor> grads, const ConvFamily& family) {
  const auto& [stride, pad_mode, padding, dilation, group] = conv_attrs(call);
  const Tensor &x = call.in[0], &weight = call.in[1], &grad = grads[0];
  Tensors out(3);
  if (call.wants(0))
    out[0] = family.input_grad(grad, weight, stride, pad_mode, padding, dilation, group, x.shape());
  if (call.wants(1) || call.wants(2)) {
    auto [dw, db] = family.weight_grad(x, grad, stride, pad_mode, padding, dilation, group, weight.shape(),
                                       call.in[2].defined());
    out[1] = dw;
    if (call.in[2].defined()) out[2] = db;
  }
  return out;
}

void infer_conv_input_grad(const Call& call, std::span<Meta> out, int axes) {
  const Tensor &grad = call.in[0], &weight = call.in[1];
  const Shape input(call.attrs[5].as<Ints>());
  check_floating(call, grad, "grad");
  check_same_dtype(call, "weight", weight, "grad", grad);
  check_shape(call, "grad", grad.shape(), conv_shape(call, input, weight.shape(), axes));
  out[0] = {grad.dtype(), input};
}

Tensors conv_input_grad_vjp(const Call& call, std::span<const Tensor> grads, const ConvFamily& family) {
  const auto& [stride, pad_mode, padding, dilation, group] = conv_attrs(call);
  const Tensor &grad = call.in[0], &weight = call.in[1], &g = grads[0];
  Tensors out(2);
  if (call.wants(0)) out[0] = family.forward(g, weight, {}, stride, pad_mode, padding, dilation, group);
  if (call.wants(1))
    out[1] =
        family.weight_grad(g, grad, stride, pad_mode, padding, dilation, group, weight.shape(), false)[0];
  return out;
}

void infer_conv_weight_grad(const Call& call, std::span<Meta> out, int axes) {
  const Tensor &x = call.in[0], &grad = call.in[1];
  const Shape weight(call.attrs[5].as<Ints>());
  check_floating(call, x, "x");
  check_same_dtype(call, "grad", grad, "x", x);
  check_shape(call, "grad", grad.shape(), conv_shape(call, x.shape(), weight, axes));
  out[0] = {x.dtype(), weight};
  out[1] = {x.dtype(), {call.attrs[6].as<bool>() ? weight[0] : 0}};
}

Tensors conv_weight_grad_vjp(const Call& call, std::span<const Tensor> g, const ConvFamily& family) {
  const auto& [stride, pad_mode, padding, dilation, group] = conv_attrs(call);
  const Tensor &x = call.in[0], &grad = call.in[1];
  const bool through_bias = g[1].defined() && call.attrs[6].as<bool>();
  Tensors out(2);
  if (call.wants(0) && g[0].defined())
    out[0] = family.input_grad(grad, g[0], stride, pad_mode, padding, dilation, group, x.shape());
  if (!call.wants(1)) return out;
  const Tensor weight =
      g[0].defined() ? g[0] : ops::broadcast_to(scalar(0, x.dtype()), call.attrs[5].as<Ints>());
  if (g[0].defined() || through_bias)
    out[1] =
        family.forward(x, weight, through_bias ? g[1] : Tensor(), stride, pad_mode, padding, dilation, group);
  return out;
}

namespace {

// What a transposed convolution works with along one axis.
struct Stretch {
  int64_t out;   ///< extent that the convolution's input has
  int64_t rest;  ///< zeros behind it, which no tap reaches
};

Stretch stretched(int64_t in, int64_t kernel, int64_t stride, int64_t dilation, int64_t extra,
                  std::pair<int64_t, int64_t> padding, const std::string& pad_mode) {
  const int64_t reach = dilation * (kernel - 1) + 1;
  if (pad_mode == "same") return {in * stride, 0};
  if (pad_mode == "valid") return {in * stride + std::max<int64_t>(reach - stride, 0), 0};
  const int64_t within = std::min(extra, stride - 1);
  return {(in - 1) * stride + reach - padding.first - padding.second + within, extra - within};
}

}  // namespace

void check_transpose(const Call& call, int axes) {
  const auto& [stride, padding, extra, group, dilation, pad_mode] =
      unpack<Ints, Ints, Ints, int64_t, Ints, std::string>(call.attrs);
  const Tensor &x = call.in[0], &weight = call.in[1];
  const std::string_view who = entry_of(call.op).name;
  check_floating(call, x, "x");
  check_same_dtype(call, "weight", weight, "x", x);
  check_ndim(call, "x", x.shape(), axes + 2);
  check_ndim(call, "weight", weight.shape(), axes + 2);
  check_sizes(call, "stride", stride, axes, 1);
  check_sizes(call, "dilation", dilation, axes, 1);
  check_sizes(call, "output_padding", extra, axes, 0);
  check_padding(call, pad_mode, padding, axes);
  const bool no_extra = std::ranges::all_of(extra, [](int64_t e) { return e == 0; });
  check<ValueError>(pad_mode == "pad" || no_extra, who,
                    ": 'output_padding' must be zero when 'pad_mode' is '", pad_mode, "', got ", Attr(extra));
  for (size_t i = 0; i < static_cast<size_t>(axes); ++i)
    check<ValueError>(along_axis(extra, i) < std::max(along_axis(stride, i), along_axis(dilation, i)), who,
                      ": 'output_padding' must be less than 'stride' or 'dilation', got ", Attr(extra));
  check<ValueError>(group >= 1 && x.shape()[1] % group == 0, who,
                    ": 'group' must divide the channels of 'x', ", x.shape()[1], ", got ", group);
  check<ValueError>(weight.shape()[0] == x.shape()[1], who, ": 'weight' of shape ", weight.shape(),
                    " must have as many rows as 'x' of shape ", x.shape(), " has channels");
  if (!call.in[2].defined()) return;
  check_same_dtype(call, "bias", call.in[2], "x", x);
  check_shape(call, "bias", call.in[2].shape(), {weight.shape()[1] * group});
}

Tensor conv_transpose(const Call& call, int axes) {
  check_transpose(call, axes);
  const auto& [stride, padding, extra, group, dilation, pad_mode] =
      unpack<Ints, Ints, Ints, int64_t, Ints, std::string>(call.attrs);
  const Tensor &x = call.in[0], &weight = call.in[1], &bias = call.in[2];
  Shape input{x.shape()[0], weight.shape()[1] * group}, rest, along{1, input[1]};
  for (int i = 0; i < axes; ++i) {
    const auto at = static_cast<size_t>(i);
    const Stretch s =
        stretched(x.shape()[2 + i], weight.shape()[2 + i], along_axis(stride, at), along_axis(dilation, at),
                  along_axis(extra, at), padding_along(padding, at, static_cast<size_t>(axes)), pad_mode);
    check<ValueError>(s.out > 0, entry_of(call.op).name, ": 'padding' ", Attr(padding),
                      " leaves nothing of the result for 'x' of shape ", x.shape());
    input.push_back(s.out);
    rest.insert(0, s.rest);
    rest.insert(0, 0);
    along.push_back(1);
  }
  const ConvFamily& family = axes == 2 ? kConv2d : kConv3d;
  Tensor y = family.input_grad(x, weight, stride, pad_mode, padding, dilation, group, input);
  y = ops::pad(y, rest);
  return bias.defined() ? ops::add(y, ops::reshape(bias, along)) : y;
}

}  // namespace nucella::rules
