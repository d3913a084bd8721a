// Kernels of batch_norm: statistics of channels, in images whose channels lie outermost or innermost.
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/norm_rows.h"
#include "nucella/kernels/cpu/norm_work.h"

namespace nucella {
namespace {

using cpu::data_or_null;
using cpu::read_as;
using cpu::Result;

// How x lies in memory: as (samples, channels, places), or, channels last, as (samples * places, channels).
struct Planes {
  int64_t samples, channels, places;
  bool last;

  explicit Planes(const Tensor& x)
      : samples(x.shape()[0]), channels(x.shape()[1]), places(1), last(keeps_channels_last(x)) {
    for (int i = 2; i < x.ndim(); ++i) places *= x.shape()[i];
  }
  /// For images that are channels last and not row-major as well; (samples, channels) are both.
  static bool keeps_channels_last(const Tensor& x) {
    return x.ndim() == 2 || (x.ndim() == 4 && !x.is_contiguous() && cpu::is_channels_last(x));
  }
  int64_t count() const { return samples * places; }
  /// Rows that fit into the second-level cache together.
  int64_t block_rows() const { return std::max<int64_t>(8, (1 << 14) / std::max<int64_t>(channels, 1)); }
};

// `t` in float32 and in the layout that the planes have.
Tensor read_planes(const Tensor& t, const Planes& planes) {
  if (!planes.last || t.ndim() == 2) return read_as(t, float32);
  if (t.dtype() == float32) return cpu::to_channels_last(t);
  Tensor copy = cpu::empty_channels_last(t.shape(), float32);
  cpu::convert_elements(copy, t);
  return copy;
}

// A result of the shape and layout of x: the float32 tensor to write, which `give` hands out in its dtype.
class PlanesResult {
 public:
  PlanesResult(const Tensor& x, const Planes& planes)
      : dtype_(x.dtype()),
        work_(planes.last && x.ndim() == 4 ? cpu::empty_channels_last(x.shape(), float32)
                                           : Tensor::empty(x.shape(), float32)) {}
  float* data() const { return data_or_null<float>(work_); }
  Tensor give() const {
    if (dtype_ == float32) return work_;
    Tensor out = Tensor::empty_strided(work_.shape(), work_.strides(), dtype_);
    cpu::convert_elements(out, work_);
    return out;
  }

 private:
  DType dtype_;
  Tensor work_;
};

template <class F>
void for_channels(const Planes& p, F body) {
  parallel_for(0, p.channels, std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(p.count(), 1)),
               [&](int64_t first, int64_t last) {
                 for (int64_t c = first; c < last; ++c) body(c);
               });
}

// Calls `body(at)` with the offset of each sample's plane of channel `c`.
template <class F>
void for_planes(const Planes& p, int64_t c, F body) {
  for (int64_t n = 0; n < p.samples; ++n) body((n * p.channels + c) * p.places);
}

// Calls `body(first row, rows)` for blocks of rows, in parallel.
template <class F>
void for_blocks(const Planes& p, F body) {
  const int64_t block = p.block_rows();
  parallel_for(0, (p.count() + block - 1) / block, 1, [&](int64_t first, int64_t last) {
    for (int64_t b = first; b < last; ++b) body(b * block, std::min(block, p.count() - b * block));
  });
}

// Calls `body(piece, first row, rows)`: each piece goes through its blocks in order.
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

Statistics given_statistics(const Call& call) {
  return {read_as(call.in[3], float32).to_vector<float>(), read_as(call.in[4], float32).to_vector<float>()};
}

Statistics statistics_of_planes(const float* x, const Planes& p) {
  constexpr int64_t kBlock = 1 << 12;
  Statistics s{std::vector<float>(static_cast<size_t>(p.channels)), {}};
  s.variance = s.mean;
  const cpu::NormRows& f = cpu::norm_rows();
  for_channels(p, [&](int64_t c) {
    cpu::Moments moments;
    for_planes(p, c, [&](int64_t at) {
      for (int64_t i = 0; i < p.places; i += kBlock) {
        const int64_t n = std::min(kBlock, p.places - i);
        const float mean = f.sum(x + at + i, n) / static_cast<float>(n);
        moments.join(static_cast<double>(n), mean, f.squares(x + at + i, mean, n));
      }
    });
    s.mean[static_cast<size_t>(c)] = static_cast<float>(moments.mean);
    s.variance[static_cast<size_t>(c)] = static_cast<float>(moments.m2 / moments.count);
  });
  return s;
}

Statistics statistics_of_rows(const float* x, const Planes& p) {
  const auto channels = static_cast<size_t>(p.channels);
  const int64_t pieces = cpu::pieces_of(p.count(), p.channels);
  std::vector<cpu::Moments> moments(static_cast<size_t>(pieces) * channels);
  for_blocks_of_pieces(p, pieces, [&](int64_t piece, int64_t row, int64_t rows) {
    std::vector<float> mean(channels), m2(channels);
    cpu::channel_rows().moments(x + row * p.channels, rows, p.channels, mean.data(), m2.data());
    cpu::Moments* to = moments.data() + static_cast<size_t>(piece) * channels;
    for (size_t c = 0; c < channels; ++c) to[c].join(static_cast<double>(rows), mean[c], m2[c]);
  });
  Statistics s{std::vector<float>(channels), std::vector<float>(channels)};
  for (size_t c = 0; c < channels; ++c) {
    cpu::Moments all;
    for (size_t piece = 0; piece < static_cast<size_t>(pieces); ++piece) {
      const cpu::Moments& part = moments[piece * channels + c];
      all.join(part.count, part.mean, part.m2);
    }
    s.mean[c] = static_cast<float>(all.mean);
    s.variance[c] = static_cast<float>(all.m2 / all.count);
  }
  return s;
}

void give_statistics(const Call& call, const Statistics& s) {
  for (const auto& [i, values] : {std::pair<size_t, const std::vector<float>&>{1, s.mean}, {2, s.variance}}) {
    call.out[i] = Tensor::empty({static_cast<int64_t>(values.size())}, float32);
    std::ranges::copy(values, data_or_null<float>(call.out[i]));
  }
}

const char* batch_norm_simd(const Call& call) {
  if (call.in[0].dtype() == float64) return "float64 has no vector code";
  const Planes p(call.in[0]);
  const Tensor x = read_planes(call.in[0], p), gamma = read_as(call.in[1], float32),
               beta = read_as(call.in[2], float32);
  const PlanesResult y(call.in[0], p);
  const auto* from = data_or_null<const float>(x);
  const Statistics s = call.in[3].defined() ? given_statistics(call)
                       : p.last             ? statistics_of_rows(from, p)
                                            : statistics_of_planes(from, p);
  std::vector<float> scale = s.variance, shift(s.mean.size());
  for (size_t c = 0; c < scale.size(); ++c) {
    scale[c] = static_cast<float>(1 / std::sqrt(scale[c] + call.attrs[0].as<double>()));
    if (gamma.defined()) scale[c] *= data_or_null<const float>(gamma)[c];
    if (beta.defined()) shift[c] = data_or_null<const float>(beta)[c];
  }
  if (p.last) {
    for_blocks(p, [&](int64_t row, int64_t rows) {
      cpu::channel_rows().affine(from + row * p.channels, {s.mean.data(), scale.data(), shift.data()},
                                 y.data() + row * p.channels, rows, p.channels);
    });
  } else {
    for_channels(p, [&](int64_t c) {
      const auto i = static_cast<size_t>(c);
      for_planes(p, c, [&](int64_t at) {
        cpu::norm_rows().affine(from + at, s.mean[i], scale[i], shift[i], y.data() + at, p.places);
      });
    });
  }
  call.out[0] = y.give();
  give_statistics(call, s);
  return nullptr;
}

// The sums of grad and of grad * (x - mean) for each channel.
struct GradientSums {
  std::vector<double> plain, by_x;
};

GradientSums sums_of_planes(const float* grad, const float* x, const float* mean, const Planes& p) {
  GradientSums sums{std::vector<double>(static_cast<size_t>(p.channels)), {}};
  sums.by_x = sums.plain;
  for_channels(p, [&](int64_t c) {
    for_planes(p, c, [&](int64_t at) {
      float part[2];
      cpu::norm_rows().gradient_sums(grad + at, x + at, mean[c], nullptr, part, p.places);
      sums.plain[static_cast<size_t>(c)] += part[0];
      sums.by_x[static_cast<size_t>(c)] += part[1];
    });
  });
  return sums;
}

GradientSums sums_of_rows(const float* grad, const float* x, const float* mean, const Planes& p) {
  const auto channels = static_cast<size_t>(p.channels);
  const int64_t pieces = cpu::pieces_of(p.count(), p.channels);
  std::vector<float> parts(2 * static_cast<size_t>(pieces) * channels);
  for_blocks_of_pieces(p, pieces, [&](int64_t piece, int64_t row, int64_t rows) {
    float* to = parts.data() + 2 * piece * p.channels;
    const int64_t at = row * p.channels;
    cpu::channel_rows().gradient_sums(grad + at, x + at, mean, to, to + p.channels, rows, p.channels);
  });
  GradientSums sums{std::vector<double>(channels), std::vector<double>(channels)};
  for (size_t piece = 0; piece < static_cast<size_t>(pieces); ++piece)
    for (size_t c = 0; c < channels; ++c) {
      sums.plain[c] += parts[2 * piece * channels + c];
      sums.by_x[c] += parts[(2 * piece + 1) * channels + c];
    }
  return sums;
}

// What dx is made of, for each channel; see ChannelGradient.
struct Coefficients {
  std::vector<float> by_grad, by_x, shift;

  Coefficients(const GradientSums& sums, const std::vector<float>& rstd, const Tensor& gamma, double count)
      : by_grad(rstd), by_x(rstd.size()), shift(rstd.size()) {
    for (size_t c = 0; c < rstd.size(); ++c) {
      if (gamma.defined()) by_grad[c] *= data_or_null<const float>(gamma)[c];
      if (count == 0) continue;
      by_x[c] = static_cast<float>(-by_grad[c] * (sums.by_x[c] / count) * rstd[c] * rstd[c]);
      shift[c] = static_cast<float>(-by_grad[c] * (sums.plain[c] / count));
    }
  }
};

void give_param_gradients(const Call& call, const GradientSums& sums, const std::vector<float>& rstd) {
  for (size_t i : {1, 2}) {
    Tensor values = Tensor::empty({static_cast<int64_t>(rstd.size())}, float32);
    for (size_t c = 0; c < rstd.size(); ++c)
      data_or_null<float>(values)[c] = static_cast<float>(i == 1 ? sums.by_x[c] * rstd[c] : sums.plain[c]);
    const DType dtype = call.in[3].dtype();
    call.out[i] = dtype == float32 ? values : read_as(values, dtype);
  }
}

const char* batch_norm_grad_simd(const Call& call) {
  if (call.in[1].dtype() == float64) return "float64 has no vector code";
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const Planes p(call.in[1]);
  const Tensor grad = read_planes(call.in[0], p), x = read_planes(call.in[1], p),
               gamma = read_as(call.in[2], float32), mean = read_as(call.in[3], float32);
  const PlanesResult dx(call.in[1], p);
  const auto *g = data_or_null<const float>(grad), *from = data_or_null<const float>(x),
             *m = data_or_null<const float>(mean);
  std::vector<float> rstd = read_as(call.in[4], float32).to_vector<float>();
  for (float& r : rstd) r = static_cast<float>(1 / std::sqrt(r + epsilon));
  const GradientSums sums = p.last ? sums_of_rows(g, from, m, p) : sums_of_planes(g, from, m, p);
  const Coefficients f(sums, rstd, gamma, given ? 0 : static_cast<double>(p.count()));
  if (p.last) {
    for_blocks(p, [&](int64_t row, int64_t rows) {
      const int64_t at = row * p.channels;
      cpu::channel_rows().gradient(g + at, from + at, {m, f.by_grad.data(), f.by_x.data(), f.shift.data()},
                                   dx.data() + at, rows, p.channels);
    });
  } else {
    for_channels(p, [&](int64_t c) {
      const auto i = static_cast<size_t>(c);
      for_planes(p, c, [&](int64_t at) {
        cpu::norm_rows().gradient(g + at, from + at, m[c], f.by_grad[i], nullptr, f.by_x[i], f.shift[i],
                                  dx.data() + at, p.places);
      });
    });
  }
  call.out[0] = dx.give();
  give_param_gradients(call, sums, rstd);
  return nullptr;
}

// Calls `body(element)` for every element of a channel of a row-major tensor.
template <class F>
void for_elements(const Planes& p, int64_t c, F body) {
  for_planes(p, c, [&](int64_t at) {
    for (int64_t i = at; i < at + p.places; ++i) body(i);
  });
}

// Gives the outputs their storage, and what is to be written in float64.
std::array<Result, 3> make_results(const Call& call) {
  for (Tensor& out : call.out) out = Tensor::empty(out.shape(), out.dtype());
  return {Result(call.out[0], float64), Result(call.out[1], float64), Result(call.out[2], float64)};
}

const char* batch_norm_ref(const Call& call) {
  const Planes p(call.in[0]);
  const Tensor x = read_as(call.in[0], float64), gamma = read_as(call.in[1], float64),
               beta = read_as(call.in[2], float64), given_mean = read_as(call.in[3], float64),
               given_variance = read_as(call.in[4], float64);
  const auto [y, means, variances] = make_results(call);
  const auto* from = data_or_null<const double>(x);
  const auto count = static_cast<double>(p.count());
  for_channels(p, [&, &y = y, &means = means, &variances = variances](int64_t c) {
    double mean = 0, variance = 0;
    if (given_mean.defined()) {
      mean = data_or_null<const double>(given_mean)[c];
      variance = data_or_null<const double>(given_variance)[c];
    } else {
      for_elements(p, c, [&](int64_t i) { mean += from[i] / count; });
      for_elements(p, c, [&](int64_t i) { variance += (from[i] - mean) * (from[i] - mean) / count; });
    }
    const double scale = 1 / std::sqrt(variance + call.attrs[0].as<double>()) *
                         (gamma.defined() ? data_or_null<const double>(gamma)[c] : 1);
    const double shift = beta.defined() ? data_or_null<const double>(beta)[c] : 0;
    for_elements(p, c, [&](int64_t i) { y.data<double>()[i] = (from[i] - mean) * scale + shift; });
    means.data<double>()[c] = mean;
    variances.data<double>()[c] = variance;
  });
  for (const Result* r : {&y, &means, &variances}) r->finish();
  return nullptr;
}

const char* batch_norm_grad_ref(const Call& call) {
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const Planes p(call.in[1]);
  const Tensor grad = read_as(call.in[0], float64), x = read_as(call.in[1], float64),
               gamma = read_as(call.in[2], float64), mean = read_as(call.in[3], float64),
               variance = read_as(call.in[4], float64);
  const auto [dx, dgamma, dbeta] = make_results(call);
  const auto *g = data_or_null<const double>(grad), *from = data_or_null<const double>(x);
  const auto count = static_cast<double>(p.count());
  for_channels(
      p, [&, &given = given, &epsilon = epsilon, &dx = dx, &dgamma = dgamma, &dbeta = dbeta](int64_t c) {
        const double m = data_or_null<const double>(mean)[c],
                     rstd = 1 / std::sqrt(data_or_null<const double>(variance)[c] + epsilon),
                     scale = rstd * (gamma.defined() ? data_or_null<const double>(gamma)[c] : 1);
        double plain = 0, by_xhat = 0;
        for_elements(p, c, [&](int64_t i) {
          plain += g[i];
          by_xhat += g[i] * (from[i] - m) * rstd;
        });
        for_elements(p, c, [&](int64_t i) {
          const double through = given ? 0 : (plain + (from[i] - m) * rstd * by_xhat) / count;
          dx.data<double>()[i] = scale * (g[i] - through);
        });
        dgamma.data<double>()[c] = by_xhat;
        dbeta.data<double>()[c] = plain;
      });
  for (const Result* r : {&dx, &dgamma, &dbeta}) r->finish();
  return nullptr;
}

// Only as many elements as there are channels: no vector code is worth while.
const char* apply_moving_average_ref(const Call& call) {
  const auto& [momentum, count] = unpack<double, int64_t>(call.attrs);
  const double unbiased = count > 1 ? static_cast<double>(count) / static_cast<double>(count - 1) : 0;
  for (size_t i : {0, 1}) {
    const Tensor now = read_as(call.in[i], float64), batch = read_as(call.in[i + 2], float64);
    Tensor moved = Tensor::empty(now.shape(), float64);
    for (int64_t c = 0; c < now.size(); ++c) {
      const double old = data_or_null<const double>(now)[c];
      const double fresh = data_or_null<const double>(batch)[c] * (i == 1 ? unbiased : 1);
      data_or_null<double>(moved)[c] = old + momentum * (fresh - old);
    }
    cpu::convert_elements(call.in[i], moved);
  }
  return nullptr;
}

constexpr Kernel kBatchNorm[] = {{"simd", batch_norm_simd}, {"ref", batch_norm_ref}};
constexpr Kernel kBatchNormGrad[] = {{"simd", batch_norm_grad_simd}, {"ref", batch_norm_grad_ref}};
constexpr Kernel kMovingAverage[] = {{"ref", apply_moving_average_ref}};

}  // namespace

extern constinit const KernelList batch_norm_cpu{kBatchNorm, true};
extern constinit const KernelList batch_norm_grad_cpu{kBatchNormGrad, true};
extern constinit const KernelList apply_moving_average_cpu{kMovingAverage};

}  // namespace nucella
