// The gradient of a convolution's weight as matrix products of gradients and unfolded images.
#pragma once
#include "nucella/op/window.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

/// Null when conv_weight_grad_gemm() takes these tensors and is faster than oneDNN's convolution, else the
/// reason why not.
const char* unfit_for_gemm(const Tensor& dw, const Tensor& x, const Tensor& grad, int64_t group);

/// dw (O, C, kh, kw), row-major, from x (N, C, H, W) and grad (N, O, H', W'), all float32.
void conv_weight_grad_gemm(const Windows& windows, const Tensor& dw, const Tensor& x, const Tensor& grad);

}  // namespace nucella::cpu
