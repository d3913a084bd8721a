// Element-wise kernels made from vector functions on rows: finds rows in strided operands, whatever the
// instructions.
#pragma once
#include "nucella/base/simd_targets.h"
#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

inline constexpr int64_t kMaxVectorBytes = 256;

/// out = op(x, y) for a row that fills whole vectors. An operand with step 0 is one vector for all of the
/// row, with step 1 a row. The output may be an operand itself. Without a float64 form where that is null.
template <class T>
using BinaryRow = void (*)(const T* x, int64_t x_step, const T* y, int64_t y_step, T* out, int64_t n);
struct BinaryRows {
  BinaryRow<float> f32;
  BinaryRow<double> f64;
  BinaryRow<BFloat16> bf16;
  int64_t vector_bytes;
};

/// out = op(x) for a row that fills whole vectors; without a float64 form where that is null.
template <class T>
using UnaryRow = void (*)(const T* x, T* out, int64_t n);
struct UnaryRows {
  UnaryRow<float> f32;
  UnaryRow<double> f64;
  UnaryRow<BFloat16> bf16;
  int64_t vector_bytes;
};

/// out = op(x, y) for floating dtypes, broadcast; refuses integers and layouts without rows. 16-bit floats
/// are computed in float.
const char* run_binary(const BinaryRows& rows, const Tensor& out, const Tensor& x, const Tensor& y);
/// out = op(x), as run_binary.
const char* run_unary(const UnaryRows& rows, const Tensor& out, const Tensor& x);

}  // namespace nucella::cpu
