// The vector functions of normalisations: along rows of floats, and across rows that hold all channels.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// Along one row of `n` elements; gamma and beta may be null.
struct NormRows {
  float (*sum)(const float* x, int64_t n);
  /// Sum of (x - mean)^2.
  float (*squares)(const float* x, float mean, int64_t n);
  /// y = (x - mean) * rstd * gamma + beta.
  void (*normalise)(const float* x, float mean, float rstd, const float* gamma, const float* beta, float* y,
                    int64_t n);
  /// y = (x - mean) * scale + shift.
  void (*affine)(const float* x, float mean, float scale, float shift, float* y, int64_t n);
  /// The sums of grad * gamma and of grad * gamma * (x - mean).
  void (*gradient_sums)(const float* grad, const float* x, float mean, const float* gamma, float* sums,
                        int64_t n);
  /// dx = grad * gamma * by_grad + (x - mean) * by_x + shift.
  void (*gradient)(const float* grad, const float* x, float mean, float by_grad, const float* gamma,
                   float by_x, float shift, float* dx, int64_t n);
  /// dgamma += grad * (x - mean) * rstd; dbeta, unless null, += grad.
  void (*add_param_gradients)(const float* grad, const float* x, float mean, float rstd, float* dgamma,
                              float* dbeta, int64_t n);
};

/// What x becomes for each channel: the arrays have one number for each.
struct ChannelAffine {
  const float *mean, *scale, *shift;
};
/// dx = grad * by_grad + (x - mean) * by_x + shift.
struct ChannelGradient {
  const float *mean, *by_grad, *by_x, *shift;
};

/// Across `rows` rows of `channels` elements.
struct ChannelRows {
  /// The mean of each channel, and the sum of the squared distances from it.
  void (*moments)(const float* x, int64_t rows, int64_t channels, float* mean, float* m2);
  /// y = (x - mean) * scale + shift.
  void (*affine)(const float* x, const ChannelAffine& f, float* y, int64_t rows, int64_t channels);
  /// The same with `added`, which may be null, and negative results as 0.
  void (*affine_relu)(const float* x, const ChannelAffine& f, const float* added, float* y, int64_t rows,
                      int64_t channels);
  /// plain += sum of grad; by_x += sum of grad * (x - mean).
  void (*gradient_sums)(const float* grad, const float* x, const float* mean, float* plain, float* by_x,
                        int64_t rows, int64_t channels);
  /// dx as ChannelGradient says.
  void (*gradient)(const float* grad, const float* x, const ChannelGradient& f, float* dx, int64_t rows,
                   int64_t channels);
  /// The same two with grad taken as 0 where affine_relu() without `added` gives 0.
  void (*gradient_sums_relu)(const float* grad, const float* x, const ChannelAffine& relu, float* plain,
                             float* by_x, int64_t rows, int64_t channels);
  void (*gradient_relu)(const float* grad, const float* x, const ChannelAffine& relu,
                        const ChannelGradient& f, float* dx, int64_t rows, int64_t channels);
  /// out = grad where y is positive, else 0.
  void (*keep_positive)(const float* grad, const float* y, float* out, int64_t n);
};

const NormRows& norm_rows();
const ChannelRows& channel_rows();

}  // namespace nucella::cpu
