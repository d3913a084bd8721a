// The one door to oneDNN: matrix products and convolutions through cached primitives.
#pragma once
#include "nucella/op/window.h"
#include "nucella/tensor/tensor.h"

namespace nucella::cpu::onednn {

/// What a primitive reads or writes: float32 elements at `data`, none of the extents 0.
struct Operand {
  void* data = nullptr;
  Shape shape;
  Shape strides;

  Operand() = default;
  Operand(const Tensor& t) : data(t.raw_data_unchecked()), shape(t.shape()), strides(t.strides()) {}
  /// The last two axes exchanged.
  Operand transposed() const;
};

/// out = a b + bias. Two or more axes each, equally many; leading extents of 1 are broadcast. `bias` (1, ...,
/// 1, n) may be without data. In each of `out`, `a` and `b` one of the last two strides must be 1 (see
/// is_matrix_ready).
void matmul(const Operand& out, const Operand& a, const Operand& b, const Operand& bias = {});
/// True when one of the last two axes of `t` lies dense, so that matmul() takes it without a copy.
bool is_matrix_ready(const Tensor& t);

/// c (m, n) = beta c + a^T b for row-major a (k, m) and b (k, n) with these distances of rows; on one thread
/// inside of a parallel loop.
void gemm_tn(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, const float* b, int64_t b_row,
             float beta, float* c, int64_t c_row);

/// True when the convolutions have code for AVX-512, which outdoes what is built from matrix products.
bool has_wide_convolutions();

/// A convolution of an input (N, C, ...) with a weight (O, C / group, ...) over two or three axes, in any
/// strides each.
struct Convolution {
  Windows windows;
  int64_t group = 1;
};
/// out = conv(x, weight) + bias; `bias` (O,) may be without data.
void conv_forward(const Convolution& conv, const Operand& out, const Operand& x, const Operand& weight,
                  const Operand& bias);
/// dx from the gradient of the output.
void conv_input_grad(const Convolution& conv, const Operand& dx, const Operand& grad, const Operand& weight);
/// dw, and db (O,) unless that is without data, from the gradient of the output.
void conv_weight_grad(const Convolution& conv, const Operand& dw, const Operand& db, const Operand& x,
                      const Operand& grad);

}  // namespace nucella::cpu::onednn
