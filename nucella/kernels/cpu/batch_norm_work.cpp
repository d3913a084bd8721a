#include "nucella/kernels/cpu/batch_norm_work.h"

#include <cmath>

namespace nucella::cpu {
namespace {

Statistics given_statistics(const Call& call) {
  return {read_as(call.in[3], float32).to_vector<float>(), read_as(call.in[4], float32).to_vector<float>()};
}

Statistics statistics_of_planes(const FloatRows& x, const Planes& p) {
  Statistics s{std::vector<float>(static_cast<size_t>(p.channels)), {}};
  s.variance = s.mean;
  const NormRows& f = norm_rows();
  for_channels(p, [&](int64_t c) {
    Moments moments;
    std::vector<float> buffer = x.buffer(kStretch);
    for_stretches(p, c, true, [&](int64_t at, int64_t n) {
      const float* from = x.read(at, n, buffer.data());
      const float mean = f.sum(from, n) / static_cast<float>(n);
      moments.join(static_cast<double>(n), mean, f.squares(from, mean, n));
    });
    s.mean[static_cast<size_t>(c)] = static_cast<float>(moments.mean);
    s.variance[static_cast<size_t>(c)] = static_cast<float>(moments.m2 / moments.count);
  });
  return s;
}

Statistics statistics_of_rows(const FloatRows& x, const Planes& p) {
  const auto channels = static_cast<size_t>(p.channels);
  const int64_t pieces = pieces_of(p.count(), p.channels);
  std::vector<Moments> moments(static_cast<size_t>(pieces) * channels);
  for_blocks_of_pieces(p, pieces, [&](int64_t piece, int64_t row, int64_t rows) {
    std::vector<float> mean(channels), m2(channels), buffer = x.buffer(rows * p.channels);
    const float* from = x.read(row * p.channels, rows * p.channels, buffer.data());
    channel_rows().moments(from, rows, p.channels, mean.data(), m2.data());
    Moments* to = moments.data() + static_cast<size_t>(piece) * channels;
    for (size_t c = 0; c < channels; ++c) to[c].join(static_cast<double>(rows), mean[c], m2[c]);
  });
  Statistics s{std::vector<float>(channels), std::vector<float>(channels)};
  for (size_t c = 0; c < channels; ++c) {
    Moments all;
    for (size_t piece = 0; piece < static_cast<size_t>(pieces); ++piece) {
      const Moments& part = moments[piece * channels + c];
      all.join(part.count, part.mean, part.m2);
    }
    s.mean[c] = static_cast<float>(all.mean);
    s.variance[c] = static_cast<float>(all.m2 / all.count);
  }
  return s;
}

}  // namespace

FloatRows read_planes(const Tensor& t, const Planes& planes) {
  return FloatRows(!planes.last || t.ndim() == 2 ? t.contiguous() : to_channels_last(t));
}

FloatRows empty_planes(const Tensor& x, const Planes& planes) {
  return FloatRows(planes.last && x.ndim() == 4 ? empty_channels_last(x.shape(), x.dtype())
                                                : Tensor::empty(x.shape(), x.dtype()));
}

Statistics statistics(const Call& call, const FloatRows& x, const Planes& p) {
  if (call.in[3].defined()) return given_statistics(call);
  return p.last ? statistics_of_rows(x, p) : statistics_of_planes(x, p);
}

void give_statistics(const Call& call, const Statistics& s) {
  for (const auto& [i, values] : {std::pair<size_t, const std::vector<float>&>{1, s.mean}, {2, s.variance}}) {
    call.out[i] = Tensor::empty({static_cast<int64_t>(values.size())}, float32);
    std::ranges::copy(values, data_or_null<float>(call.out[i]));
  }
}

std::vector<float> rstd_of(std::vector<float> variance, double epsilon) {
  for (float& v : variance) v = static_cast<float>(1 / std::sqrt(v + epsilon));
  return variance;
}

ChannelScale::ChannelScale(std::vector<float> rstd, const Tensor& gamma, const Tensor& beta)
    : scale(std::move(rstd)), shift(scale.size()) {
  for (size_t c = 0; c < scale.size(); ++c) {
    if (gamma.defined()) scale[c] *= data_or_null<const float>(gamma)[c];
    if (beta.defined()) shift[c] = data_or_null<const float>(beta)[c];
  }
}

GradientSums sums_of_planes(const FloatRows& grad, const FloatRows& x, const float* mean, const Planes& p) {
  GradientSums sums{std::vector<double>(static_cast<size_t>(p.channels)), {}};
  sums.by_x = sums.plain;
  for_channels(p, [&](int64_t c) {
    std::vector<float> g_buffer = grad.buffer(kStretch), x_buffer = x.buffer(kStretch);
    for_stretches(p, c, x.needs_buffer(), [&](int64_t at, int64_t n) {
      float part[2];
      norm_rows().gradient_sums(grad.read(at, n, g_buffer.data()), x.read(at, n, x_buffer.data()), mean[c],
                                nullptr, part, n);
      sums.plain[static_cast<size_t>(c)] += part[0];
      sums.by_x[static_cast<size_t>(c)] += part[1];
    });
  });
  return sums;
}

Coefficients::Coefficients(const GradientSums& sums, const std::vector<float>& rstd, const Tensor& gamma,
                           double count)
    : by_grad(rstd), by_x(rstd.size()), shift(rstd.size()) {
  for (size_t c = 0; c < rstd.size(); ++c) {
    if (gamma.defined()) by_grad[c] *= data_or_null<const float>(gamma)[c];
    if (count == 0) continue;
    by_x[c] = static_cast<float>(-by_grad[c] * (sums.by_x[c] / count) * rstd[c] * rstd[c]);
    shift[c] = static_cast<float>(-by_grad[c] * (sums.plain[c] / count));
  }
}

void give_param_gradients(const Call& call, const GradientSums& sums, const std::vector<float>& rstd,
                          DType dtype) {
  for (size_t i : {1, 2}) {
    Tensor values = Tensor::empty({static_cast<int64_t>(rstd.size())}, float32);
    for (size_t c = 0; c < rstd.size(); ++c)
      data_or_null<float>(values)[c] = static_cast<float>(i == 1 ? sums.by_x[c] * rstd[c] : sums.plain[c]);
    call.out[i] = dtype == float32 ? values : read_as(values, dtype);
  }
}

}  // namespace nucella::cpu
