// Kernels of batch_norm and batch_norm_relu, in images whose channels lie outermost or innermost.
#include <cmath>
#include <optional>

#include "nucella/kernels/cpu/batch_norm_work.h"

namespace nucella {
namespace {

using cpu::ChannelAffine;
using cpu::ChannelScale;
using cpu::Coefficients;
using cpu::data_or_null;
using cpu::FloatRows;
using cpu::for_blocks;
using cpu::for_channels;
using cpu::for_planes;
using cpu::for_stretches;
using cpu::GradientSums;
using cpu::kStretch;
using cpu::Planes;
using cpu::read_as;
using cpu::read_planes;
using cpu::Result;
using cpu::Statistics;

const char* batch_norm_simd(const Call& call) {
  if (call.in[0].dtype() == float64) return "float64 has no vector code";
  const Planes p(call.in[0]);
  const FloatRows x = read_planes(call.in[0], p), y = cpu::empty_planes(call.in[0], p);
  const Statistics s = cpu::statistics(call, x, p);
  const auto [scale, shift] = ChannelScale(cpu::rstd_of(s.variance, call.attrs[0].as<double>()),
                                           read_as(call.in[1], float32), read_as(call.in[2], float32));
  if (p.last) {
    const ChannelAffine f{s.mean.data(), scale.data(), shift.data()};
    for_blocks(p, [&](int64_t row, int64_t rows) {
      const int64_t at = row * p.channels, n = rows * p.channels;
      std::vector<float> buffer = x.buffer(n);
      cpu::channel_rows().affine(x.read(at, n, buffer.data()), f, y.start(at, buffer.data()), rows,
                                 p.channels);
      y.finish(at, n, buffer.data());
    });
  } else {
    for_channels(p, [&, &scale = scale, &shift = shift](int64_t c) {
      const auto i = static_cast<size_t>(c);
      std::vector<float> buffer = x.buffer(kStretch);
      for_stretches(p, c, x.needs_buffer(), [&](int64_t at, int64_t n) {
        cpu::norm_rows().affine(x.read(at, n, buffer.data()), s.mean[i], scale[i], shift[i],
                                y.start(at, buffer.data()), n);
        y.finish(at, n, buffer.data());
      });
    });
  }
  call.out[0] = y.tensor();
  cpu::give_statistics(call, s);
  return nullptr;
}

// Elements of two tensors at the same place.
struct PairBuffers {
  std::vector<float> grad, x;

  PairBuffers(const FloatRows& g, const FloatRows& from, int64_t n) : grad(g.buffer(n)), x(from.buffer(n)) {}
};

const char* batch_norm_grad_simd(const Call& call) {
  if (call.in[1].dtype() == float64) return "float64 has no vector code";
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const Planes p(call.in[1]);
  const FloatRows g = read_planes(call.in[0], p), from = read_planes(call.in[1], p),
                  dx = cpu::empty_planes(call.in[1], p);
  const Tensor mean = read_as(call.in[3], float32);
  const auto* m = data_or_null<const float>(mean);
  const auto rstd = cpu::rstd_of(read_as(call.in[4], float32).to_vector<float>(), epsilon);
  const auto& rows_code = cpu::channel_rows();
  const GradientSums sums =
      p.last ? cpu::sums_of_rows(p,
                                 [&](int64_t row, int64_t rows, float* plain, float* by_x) {
                                   const int64_t at = row * p.channels, n = rows * p.channels;
                                   PairBuffers b(g, from, n);
                                   rows_code.gradient_sums(g.read(at, n, b.grad.data()),
                                                           from.read(at, n, b.x.data()), m, plain, by_x, rows,
                                                           p.channels);
                                 })
             : cpu::sums_of_planes(g, from, m, p);
  const Coefficients f(sums, rstd, read_as(call.in[2], float32), given ? 0 : static_cast<double>(p.count()));
  if (p.last) {
    for_blocks(p, [&](int64_t row, int64_t rows) {
      const int64_t at = row * p.channels, n = rows * p.channels;
      PairBuffers b(g, from, n);
      rows_code.gradient(g.read(at, n, b.grad.data()), from.read(at, n, b.x.data()), f.with(m),
                         dx.start(at, b.x.data()), rows, p.channels);
      dx.finish(at, n, b.x.data());
    });
  } else {
    for_channels(p, [&](int64_t c) {
      const auto i = static_cast<size_t>(c);
      PairBuffers b(g, from, kStretch);
      for_stretches(p, c, from.needs_buffer(), [&](int64_t at, int64_t n) {
        cpu::norm_rows().gradient(g.read(at, n, b.grad.data()), from.read(at, n, b.x.data()), m[c],
                                  f.by_grad[i], nullptr, f.by_x[i], f.shift[i], dx.start(at, b.x.data()), n);
        dx.finish(at, n, b.x.data());
      });
    });
  }
  call.out[0] = dx.tensor();
  cpu::give_param_gradients(call, sums, rstd, call.in[3].dtype());
  return nullptr;
}

// Three dimensions or five would have to be brought into the order of images first.
bool has_channel_rows(const Tensor& x) { return x.ndim() == 2 || x.ndim() == 4; }

const char* batch_norm_relu_simd(const Call& call) {
  if (call.in[0].dtype() == float64) return "float64 has no vector code";
  if (!has_channel_rows(call.in[0])) return "neither rows nor images";
  const Planes p(call.in[0], true);
  const FloatRows x = read_planes(call.in[0], p), y = cpu::empty_planes(call.in[0], p);
  const std::optional<FloatRows> added =
      call.in[5].defined() ? std::optional(read_planes(call.in[5], p)) : std::nullopt;
  const Statistics s = cpu::statistics(call, x, p);
  const auto [scale, shift] = ChannelScale(cpu::rstd_of(s.variance, call.attrs[0].as<double>()),
                                           read_as(call.in[1], float32), read_as(call.in[2], float32));
  const ChannelAffine f{s.mean.data(), scale.data(), shift.data()};
  for_blocks(p, [&](int64_t row, int64_t rows) {
    const int64_t at = row * p.channels, n = rows * p.channels;
    PairBuffers b(x, x, n);
    cpu::channel_rows().affine_relu(x.read(at, n, b.x.data()), f,
                                    added ? added->read(at, n, b.grad.data()) : nullptr,
                                    y.start(at, b.x.data()), rows, p.channels);
    y.finish(at, n, b.x.data());
  });
  call.out[0] = y.tensor();
  cpu::give_statistics(call, s);
  return nullptr;
}

// With a residual its gradient, the masked one, is written with the sums and read again for dx; else the mask
// is made from x both times, which costs less than a pass over memory.
const char* batch_norm_relu_grad_simd(const Call& call) {
  if (call.in[1].dtype() == float64) return "float64 has no vector code";
  if (!has_channel_rows(call.in[1])) return "neither rows nor images";
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const bool has_residual = call.out[3].shape() != Shape{0};
  const Planes p(call.in[1], true);
  const FloatRows g = read_planes(call.in[0], p), from = read_planes(call.in[1], p),
                  dx = cpu::empty_planes(call.in[1], p),
                  out = has_residual ? read_planes(call.in[6], p) : from,
                  masked = has_residual ? cpu::empty_planes(call.in[1], p) : dx;
  const Tensor gamma = read_as(call.in[2], float32), mean = read_as(call.in[4], float32);
  const auto* m = data_or_null<const float>(mean);
  const auto rstd = cpu::rstd_of(read_as(call.in[5], float32).to_vector<float>(), epsilon);
  const auto [scale, shift] = ChannelScale(rstd, gamma, read_as(call.in[3], float32));
  const ChannelAffine affine{m, scale.data(), shift.data()};
  const auto& code = cpu::channel_rows();
  const GradientSums sums = cpu::sums_of_rows(p, [&](int64_t row, int64_t rows, float* plain, float* by_x) {
    const int64_t at = row * p.channels, n = rows * p.channels;
    PairBuffers b(g, from, n);
    const float* grad = g.read(at, n, b.grad.data());
    if (!has_residual)
      return code.gradient_sums_relu(grad, from.read(at, n, b.x.data()), affine, plain, by_x, rows,
                                     p.channels);
    float* kept = masked.start(at, b.grad.data());
    code.keep_positive(grad, out.read(at, n, b.x.data()), kept, n);
    masked.finish(at, n, kept);
    code.gradient_sums(kept, from.read(at, n, b.x.data()), m, plain, by_x, rows, p.channels);
  });
  const Coefficients f(sums, rstd, gamma, given ? 0 : static_cast<double>(p.count()));
  for_blocks(p, [&](int64_t row, int64_t rows) {
    const int64_t at = row * p.channels, n = rows * p.channels;
    PairBuffers b(g, from, n);
    const float *grad = (has_residual ? masked : g).read(at, n, b.grad.data()),
                *x = from.read(at, n, b.x.data());
    float* to = dx.start(at, b.x.data());
    if (has_residual)
      code.gradient(grad, x, f.with(m), to, rows, p.channels);
    else
      code.gradient_relu(grad, x, affine, f.with(m), to, rows, p.channels);
    dx.finish(at, n, to);
  });
  call.out[0] = dx.tensor();
  cpu::give_param_gradients(call, sums, rstd, call.in[4].dtype());
  call.out[3] = has_residual ? masked.tensor() : Tensor::empty({0}, call.in[1].dtype());
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

// Both ops: batch_norm_relu has a sixth input, the residual.
const char* batch_norm_ref(const Call& call) {
  const bool relu = call.in.size() == 6;
  const Planes p(call.in[0]);
  const Tensor residual = relu ? read_as(call.in[5], float64) : Tensor();
  const auto* added = data_or_null<const double>(residual);
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
    for_elements(p, c, [&](int64_t i) {
      const double v = (from[i] - mean) * scale + shift + (added ? added[i] : 0);
      y.data<double>()[i] = !relu || v > 0 ? v : 0;
    });
    means.data<double>()[c] = mean;
    variances.data<double>()[c] = variance;
  });
  for (const Result* r : {&y, &means, &variances}) r->finish();
  return nullptr;
}

struct GradInputs {
  Tensor grad, x, gamma, mean, variance;  // row-major, of float64
  bool given;
  double epsilon;
};

void batch_norm_gradients_ref(const Call& call, const Planes& p, const GradInputs& in) {
  const auto [dx, dgamma, dbeta] = make_results(call);
  const auto *g = data_or_null<const double>(in.grad), *from = data_or_null<const double>(in.x);
  const auto count = static_cast<double>(p.count());
  for_channels(p, [&, &dx = dx, &dgamma = dgamma, &dbeta = dbeta](int64_t c) {
    const double m = data_or_null<const double>(in.mean)[c],
                 rstd = 1 / std::sqrt(data_or_null<const double>(in.variance)[c] + in.epsilon),
                 scale = rstd * (in.gamma.defined() ? data_or_null<const double>(in.gamma)[c] : 1);
    double plain = 0, by_xhat = 0;
    for_elements(p, c, [&](int64_t i) {
      plain += g[i];
      by_xhat += g[i] * (from[i] - m) * rstd;
    });
    for_elements(p, c, [&](int64_t i) {
      const double through = in.given ? 0 : (plain + (from[i] - m) * rstd * by_xhat) / count;
      dx.data<double>()[i] = scale * (g[i] - through);
    });
    dgamma.data<double>()[c] = by_xhat;
    dbeta.data<double>()[c] = plain;
  });
  for (const Result* r : {&dx, &dgamma, &dbeta}) r->finish();
}

const char* batch_norm_grad_ref(const Call& call) {
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const auto in = [&](size_t i) { return read_as(call.in[i], float64); };
  batch_norm_gradients_ref(call, Planes(call.in[1]), {in(0), in(1), in(2), in(3), in(4), given, epsilon});
  return nullptr;
}

const char* batch_norm_relu_grad_ref(const Call& call) {
  const auto& [given, epsilon] = unpack<bool, double>(call.attrs);
  const auto in = [&](size_t i) { return read_as(call.in[i], float64); };
  const bool has_residual = call.out[3].shape() != Shape{0};
  const Planes p(call.in[1]);
  const Tensor grad = in(0), x = in(1), gamma = in(2), beta = in(3), mean = in(4), variance = in(5),
               y = in(6);
  const Tensor masked = Tensor::empty(x.shape(), float64);
  auto* to = data_or_null<double>(masked);
  for_channels(p, [&, epsilon = epsilon](int64_t c) {
    const double scale = (gamma.defined() ? data_or_null<const double>(gamma)[c] : 1) /
                         std::sqrt(data_or_null<const double>(variance)[c] + epsilon);
    const double m = data_or_null<const double>(mean)[c],
                 shift = beta.defined() ? data_or_null<const double>(beta)[c] : 0;
    for_elements(p, c, [&](int64_t i) {
      const double out = has_residual ? data_or_null<const double>(y)[i]
                                      : (data_or_null<const double>(x)[i] - m) * scale + shift;
      to[i] = out > 0 ? data_or_null<const double>(grad)[i] : 0;
    });
  });
  batch_norm_gradients_ref(call, p, {masked, x, gamma, mean, variance, given, epsilon});
  if (has_residual) cpu::convert_elements(call.out[3], masked);
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
constexpr Kernel kBatchNormRelu[] = {{"simd", batch_norm_relu_simd}, {"ref", batch_norm_ref}};
constexpr Kernel kBatchNormReluGrad[] = {{"simd", batch_norm_relu_grad_simd},
                                         {"ref", batch_norm_relu_grad_ref}};
constexpr Kernel kMovingAverage[] = {{"ref", apply_moving_average_ref}};

}  // namespace

extern constinit const KernelList batch_norm_cpu{kBatchNorm, true};
extern constinit const KernelList batch_norm_grad_cpu{kBatchNormGrad, true};
extern constinit const KernelList batch_norm_relu_cpu{kBatchNormRelu, true};
extern constinit const KernelList batch_norm_relu_grad_cpu{kBatchNormReluGrad, true};
extern constinit const KernelList apply_moving_average_cpu{kMovingAverage};

}  // namespace nucella
