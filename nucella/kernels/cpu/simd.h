// Element-wise kernels made from vector functions on rows: finds rows in strided operands, whatever the
// instructions.
#pragma once
#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

/// How a row function reads its two operands: both as rows, or one of them as a single value.
enum RowMode { kRowRow, kValueRow, kRowValue };

/// One binary op for each RowMode. The output may be the first operand itself.
template <class T>
using BinaryRow = void (*)(const T* x, const T* y, T* out, int64_t n);
struct BinaryRows {
  BinaryRow<float> f32[3];
  BinaryRow<double> f64[3];
};

/// One unary op; without a float64 form where that is null.
template <class T>
using UnaryRow = void (*)(const T* x, T* out, int64_t n);
struct UnaryRows {
  UnaryRow<float> f32;
  UnaryRow<double> f64;
};

/// Conversions between float and the 16-bit types.
struct HalfRows {
  void (*widen_f16)(const Half* x, float* out, int64_t n);
  void (*widen_bf16)(const BFloat16* x, float* out, int64_t n);
  void (*narrow_f16)(const float* x, Half* out, int64_t n);
  void (*narrow_bf16)(const float* x, BFloat16* out, int64_t n);
};
const HalfRows& half_rows();

/// out = op(x, y) for floating dtypes, broadcast; refuses integers and layouts without rows. 16-bit floats
/// are computed in float, block by block.
const char* run_binary(const BinaryRows& rows, const Tensor& out, const Tensor& x, const Tensor& y);
/// out = op(x), as run_binary.
const char* run_unary(const UnaryRows& rows, const Tensor& out, const Tensor& x);

}  // namespace nucella::cpu
