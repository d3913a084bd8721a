// Convolutions and the gradients of their weights as matrix products over unfolded images.
#pragma once
#include "nucella/op/window.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

/// Null when the functions below take these tensors and are faster than oneDNN's convolution, else the reason
/// why not. `image` is the input or, for weights' gradients, that of the output; `weight` may be a gradient.
const char* unfit_for_forward_gemm(const Tensor& weight, const Tensor& image, int64_t group);
const char* unfit_for_gemm(const Tensor& weight, const Tensor& image, int64_t group);

/// out (N, O, H', W'), channels last, from x (N, C, H, W) and weight (O, C, kh, kw), row-major, all float32.
void conv_forward_gemm(const Windows& windows, const Tensor& out, const Tensor& x, const Tensor& weight);

/// dw (O, C, kh, kw), row-major, from x (N, C, H, W) and grad (N, O, H', W'), all float32.
void conv_weight_grad_gemm(const Windows& windows, const Tensor& dw, const Tensor& x, const Tensor& grad);

}  // namespace nucella::cpu
