// Softmax of rows of floats, as vector functions that several kernels share.
#pragma once
#include <cstdint>

namespace nucella::cpu {

struct SoftmaxRows {
  /// out = softmax(x) (may be x itself). The logarithm of softmax(x)[i] is x[i] - top - log_sum.
  void (*softmax)(const float* x, float* out, int64_t n, float& top, float& log_sum);
  /// out = log(softmax(x)).
  void (*log_softmax)(const float* x, float* out, int64_t n);
  /// Down each of `n` columns, at most kSoftmaxColumns, of `rows` rows that lie `step` apart on both sides.
  void (*softmax_columns)(const float* x, float* out, int64_t step, int64_t rows, int64_t n);
  void (*log_softmax_columns)(const float* x, float* out, int64_t step, int64_t rows, int64_t n);
};
inline constexpr int64_t kSoftmaxColumns = 512;
const SoftmaxRows& softmax_rows();

}  // namespace nucella::cpu
