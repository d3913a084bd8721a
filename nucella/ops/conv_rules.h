// Rules of the convolutions over any number of spatial axes and of their two gradients.
#pragma once
#include "nucella/ops/checks.h"

namespace nucella::rules {

/// A convolution and its gradients as ops, each the derivative of the others.
struct ConvFamily {
  Tensor (*forward)(const Tensor& x, const Tensor& weight, const Tensor& bias, const Ints& stride,
                    const std::string& pad_mode, const Ints& padding, const Ints& dilation, int64_t group);
  Tensor (*input_grad)(const Tensor& grad, const Tensor& weight, const Ints& stride,
                       const std::string& pad_mode, const Ints& padding, const Ints& dilation, int64_t group,
                       const Shape& input_shape);
  std::array<Tensor, 2> (*weight_grad)(const Tensor& x, const Tensor& grad, const Ints& stride,
                                       const std::string& pad_mode, const Ints& padding, const Ints& dilation,
                                       int64_t group, const Shape& weight_shape, bool has_bias);
};
inline constexpr ConvFamily kConv2d{ops::conv2d, ops::conv2d_input_grad, ops::conv2d_weight_grad};
inline constexpr ConvFamily kConv3d{ops::conv3d, ops::conv3d_input_grad, ops::conv3d_weight_grad};

/// Shape rules over `axes` spatial axes.
void infer_conv(const Call& call, std::span<Meta> out, int axes);
Tensors conv_vjp(const Call& call, std::span<const Tensor> grads, const ConvFamily& family);

void infer_conv_input_grad(const Call& call, std::span<Meta> out, int axes);
Tensors conv_input_grad_vjp(const Call& call, std::span<const Tensor> grads, const ConvFamily& family);

void infer_conv_weight_grad(const Call& call, std::span<Meta> out, int axes);
Tensors conv_weight_grad_vjp(const Call& call, std::span<const Tensor> grads, const ConvFamily& family);

/// Checks the arguments of a transposed convolution over `axes` axes, as conv_transpose() has them.
void check_transpose(const Call& call, int axes);
/// The transposed convolution over `axes` axes: what its convolution's input would be, from its output.
/// Two or three axes. Attributes (stride, padding, output_padding, group, dilation, pad_mode), inputs (x,
/// weight, bias).
Tensor conv_transpose(const Call& call, int axes);

}  // namespace nucella::rules
