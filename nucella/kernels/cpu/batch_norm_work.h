// What the kernels of batch_norm share: how images lie in memory, statistics of channels, sums of gradients.
#pragma once
#include <vector>

#include "nucella/kernels/cpu/float_rows.h"
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/norm_rows.h"
#include "nucella/kernels/cpu/norm_work.h"

namespace nucella::cpu {

/// How x lies in memory: as (samples, channels, places), or, channels last, as (samples * places, channels).
struct Planes {
  int64_t samples, channels, places;
  bool last;

  explicit Planes(const Tensor& x) : Planes(x, keeps_channels_last(x)) {}
  Planes(const Tensor& x, bool channels_last)
      : samples(x.shape()[0]), channels(x.shape()[1]), places(1), last(channels_last) {
    for (int i = 2; i < x.ndim(); ++i) places *= x.shape()[i];
  }
  /// For images that are channels last and not row-major as well; (samples, channels) are both.
  static bool keeps_channels_last(const Tensor& x) {
    return x.ndim() == 2 || (x.ndim() == 4 && !x.is_contiguous() && is_channels_last(x));
  }
  int64_t count() const { return samples * places; }
  /// Rows that fit into the second-level cache together.
  int64_t block_rows() const { return std::max<int64_t>(8, (1 << 14) / std::max<int64_t>(channels, 1)); }
};

/// `t` in the layout that the planes have.
FloatRows read_planes(const Tensor& t, const Planes& planes);
/// A result of the shape, dtype and layout of x, not initialised.
FloatRows empty_planes(const Tensor& x, const Planes& planes);

template <class F>
void for_channels(const Planes& p, F body) {
  parallel_for(0, p.channels, std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(p.count(), 1)),
               [&](int64_t first, int64_t last) {
                 for (int64_t c = first; c < last; ++c) body(c);
               });
}

/// Calls `body(at)` with the offset of each sample's plane of channel `c`.
template <class F>
void for_planes(const Planes& p, int64_t c, F body) {
  for (int64_t n = 0; n < p.samples; ++n) body((n * p.channels + c) * p.places);
}

/// Calls `body(at, n)` for each sample's plane of channel `c`, or, with `cut`, for stretches of it of at most
/// kStretch elements.
inline constexpr int64_t kStretch = 1 << 12;
template <class F>
void for_stretches(const Planes& p, int64_t c, bool cut, F body) {
  for_planes(p, c, [&](int64_t at) {
    const int64_t step = cut ? kStretch : std::max<int64_t>(p.places, 1);
    for (int64_t i = 0; i < p.places; i += step) body(at + i, std::min(step, p.places - i));
  });
}

/// Calls `body(first row, rows)` for blocks of rows, in parallel.
template <class F>
void for_blocks(const Planes& p, F body) {
  const int64_t block = p.block_rows();
  parallel_for(0, (p.count() + block - 1) / block, 1, [&](int64_t first, int64_t last) {
    for (int64_t b = first; b < last; ++b) body(b * block, std::min(block, p.count() - b * block));
  });
}

/// Calls `body(piece, first row, rows)`: each piece goes through its blocks in order.
template <class F>
void for_blocks_of_pieces(const Planes& p, int64_t pieces, F body) {
  parallel_for(0, pieces, 1, [&](int64_t begin, int64_t end) {
    for (int64_t piece = begin; piece < end; ++piece) {
      const int64_t stop = p.count() * (piece + 1) / pieces;
      for (int64_t r = p.count() * piece / pieces; r < stop; r += p.block_rows())
        body(piece, r, std::min(p.block_rows(), stop - r));
    }
  });
}

struct Statistics {
  std::vector<float> mean, variance;
};
/// The fourth and fifth inputs of a call, or the statistics of x.
Statistics statistics(const Call& call, const FloatRows& x, const Planes& p);
/// Gives them as the second and third outputs.
void give_statistics(const Call& call, const Statistics& s);

/// 1 / sqrt(variance + epsilon).
std::vector<float> rstd_of(std::vector<float> variance, double epsilon);
/// y = (x - mean) * scale + shift for each channel; gamma and beta may be undefined.
struct ChannelScale {
  ChannelScale(std::vector<float> rstd, const Tensor& gamma, const Tensor& beta);
  std::vector<float> scale, shift;
};

/// The sums of grad and of grad * (x - mean) for each channel.
struct GradientSums {
  std::vector<double> plain, by_x;
};
GradientSums sums_of_planes(const FloatRows& grad, const FloatRows& x, const float* mean, const Planes& p);
/// `add(first row, rows, plain, by_x)` adds the sums of these rows.
template <class F>
GradientSums sums_of_rows(const Planes& p, F add) {
  const auto channels = static_cast<size_t>(p.channels);
  const int64_t pieces = pieces_of(p.count(), p.channels);
  std::vector<float> parts(2 * static_cast<size_t>(pieces) * channels);
  for_blocks_of_pieces(p, pieces, [&](int64_t piece, int64_t row, int64_t rows) {
    float* to = parts.data() + 2 * piece * p.channels;
    add(row, rows, to, to + p.channels);
  });
  GradientSums sums{std::vector<double>(channels), std::vector<double>(channels)};
  for (size_t piece = 0; piece < static_cast<size_t>(pieces); ++piece)
    for (size_t c = 0; c < channels; ++c) {
      sums.plain[c] += parts[2 * piece * channels + c];
      sums.by_x[c] += parts[(2 * piece + 1) * channels + c];
    }
  return sums;
}

/// What dx is made of, for each channel; see ChannelGradient. A count of 0: the statistics do not depend on
/// x.
struct Coefficients {
  Coefficients(const GradientSums& sums, const std::vector<float>& rstd, const Tensor& gamma, double count);
  ChannelGradient with(const float* mean) const { return {mean, by_grad.data(), by_x.data(), shift.data()}; }
  std::vector<float> by_grad, by_x, shift;
};
/// Gives the gradients of gamma and beta, of `dtype`, as the second and third outputs.
void give_param_gradients(const Call& call, const GradientSums& sums, const std::vector<float>& rstd,
                          DType dtype);

}  // namespace nucella::cpu
