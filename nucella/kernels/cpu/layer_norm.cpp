// Kernels of layer_norm and rms_norm: rows with statistics of their own.
#include "nucella/kernels/cpu/float_rows.h"
#include "nucella/kernels/cpu/norm_rows.h"
#include "nucella/kernels/cpu/norm_work.h"

namespace nucella {
namespace {

using cpu::data_or_null;
using cpu::FloatRows;
using cpu::read_as;
using cpu::Result;

// `rows` rows of `length` elements; a parameter of `params` elements repeats along all elements of x.
struct Extent {
  int64_t rows, length, params;

  Extent(const Tensor& x, const Tensor& statistics, const Tensor& gamma)
      : rows(statistics.size()),
        length(rows == 0 ? 0 : x.size() / rows),
        params(gamma.defined() ? gamma.size() : 0) {}
  int64_t param_of(int64_t at) const { return params == 0 ? 0 : at % params; }
};

// What vector code takes: it reads parameters side by side with a row.
const char* unfit(const Tensor& x, const Extent& e) {
  if (x.dtype() == float64) return "float64 has no vector code";
  return e.params != 0 && e.params < e.length ? "the parameters are shorter than a row" : nullptr;
}

int64_t rows_per_piece(const Extent& e) {
  return std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(e.length, 1));
}

// The scalar functions that stand for NormRows in the reference.
struct PlainRows {
  static double sum(const double* x, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += x[i];
    return sum;
  }
  static double squares(const double* x, double mean, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += (x[i] - mean) * (x[i] - mean);
    return sum;
  }
};

template <bool kCentred>
const char* norm_simd(const Call& call) {
  const Extent e(call.in[0], call.out[1], call.in[1]);
  if (const char* why = unfit(call.in[0], e)) return why;
  const FloatRows x(call.in[0].contiguous()), y(call.out[0]);
  const Tensor gamma = read_as(call.in[1], float32),
               beta = kCentred ? read_as(call.in[2], float32) : Tensor();
  const double epsilon = call.attrs[kCentred ? 1 : 0].as<double>();
  const auto *scale = data_or_null<const float>(gamma), *shift = data_or_null<const float>(beta);
  const cpu::NormRows& f = cpu::norm_rows();
  const auto count = static_cast<float>(e.length);
  const auto run_row = [&](int64_t r, float* buffer) {
    const int64_t at = r * e.length, param = e.param_of(at);
    const float* from = x.read(at, e.length, buffer);
    const float mean = kCentred ? f.sum(from, e.length) / count : 0;
    const float variance = f.squares(from, mean, e.length) / count;
    const auto rstd = static_cast<float>(1 / std::sqrt(variance + epsilon));
    f.normalise(from, mean, rstd, scale ? scale + param : nullptr, shift ? shift + param : nullptr,
                y.start(at, buffer), e.length);
    y.finish(at, e.length, buffer);
    data_or_null<float>(call.out[1])[r] = kCentred ? mean : rstd;
    if constexpr (kCentred) data_or_null<float>(call.out[2])[r] = variance;
  };
  parallel_for(0, e.rows, rows_per_piece(e), [&](int64_t first, int64_t last) {
    std::vector<float> buffer = x.buffer(e.length);
    for (int64_t r = first; r < last; ++r) run_row(r, buffer.data());
  });
  return nullptr;
}

template <bool kCentred>
const char* norm_ref(const Call& call) {
  const Extent e(call.in[0], call.out[1], call.in[1]);
  const Tensor x = read_as(call.in[0], float64), gamma = read_as(call.in[1], float64),
               beta = kCentred ? read_as(call.in[2], float64) : Tensor();
  const Result y(call.out[0], float64), first(call.out[1], float64),
      second(call.out[kCentred ? 2 : 1], float64);
  const double epsilon = call.attrs[kCentred ? 1 : 0].as<double>();
  const auto *from = data_or_null<const double>(x), *scale = data_or_null<const double>(gamma),
             *shift = data_or_null<const double>(beta);
  const auto count = static_cast<double>(e.length);
  const auto run_row = [&](int64_t r) {
    const int64_t at = r * e.length;
    const double mean = kCentred ? PlainRows::sum(from + at, e.length) / count : 0;
    const double variance = PlainRows::squares(from + at, mean, e.length) / count;
    const double rstd = 1 / std::sqrt(variance + epsilon);
    for (int64_t i = at; i < at + e.length; ++i) {
      const int64_t param = e.param_of(i);
      y.data<double>()[i] = (from[i] - mean) * rstd * (scale ? scale[param] : 1) + (shift ? shift[param] : 0);
    }
    first.data<double>()[r] = kCentred ? mean : rstd;
    if constexpr (kCentred) second.data<double>()[r] = variance;
  };
  parallel_for(0, e.rows, rows_per_piece(e), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) run_row(r);
  });
  y.finish();
  first.finish();
  if constexpr (kCentred) second.finish();
  return nullptr;
}

// What the gradient ops know besides grad and x: gamma, then mean and variance, or rstd.
template <class T, bool kCentred>
struct GradientInputs {
  Tensor gamma, first, second;
  double epsilon;

  GradientInputs(const Call& call)
      : gamma(read_as(call.in[2], dtype_of<T>)),
        first(read_as(call.in[3], dtype_of<T>)),
        second(kCentred ? read_as(call.in[4], dtype_of<T>) : Tensor()),
        epsilon(kCentred ? call.attrs[0].as<double>() : 0) {}

  T mean(int64_t row) const { return kCentred ? data_or_null<const T>(first)[row] : T{0}; }
  T rstd(int64_t row) const {
    return kCentred ? static_cast<T>(1 / std::sqrt(data_or_null<const T>(second)[row] + epsilon))
                    : data_or_null<const T>(first)[row];
  }
};

// Sums what the pieces have added up for the parameters: dgamma, then dbeta.
void sum_pieces(const std::vector<float>& partial, int64_t pieces, int64_t params, const Call& call,
                bool centred) {
  const Result by_gamma(call.out[1], float32), by_beta(call.out[centred ? 2 : 1], float32);
  const int64_t width = static_cast<int64_t>(partial.size()) / pieces;
  const auto total = [&](int64_t i) {
    double sum = 0;
    for (int64_t p = 0; p < pieces; ++p) sum += partial[static_cast<size_t>(p * width + i)];
    return static_cast<float>(sum);
  };
  parallel_for(0, params, 1 << 10, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      by_gamma.data<float>()[i] = total(i);
      if (centred) by_beta.data<float>()[i] = total(params + i);
    }
  });
  by_gamma.finish();
  if (centred) by_beta.finish();
}

template <bool kCentred>
const char* norm_grad_simd(const Call& call) {
  const Extent e(call.in[1], call.in[3], call.in[2]);
  if (const char* why = unfit(call.in[1], e)) return why;
  const GradientInputs<float, kCentred> in(call);
  const FloatRows grads(call.in[0].contiguous()), xs(call.in[1].contiguous()), out(call.out[0]);
  const auto* gamma = data_or_null<const float>(in.gamma);
  const cpu::NormRows& f = cpu::norm_rows();
  const auto count = static_cast<float>(e.length);
  const int64_t pieces = cpu::pieces_of(e.rows, e.length), width = (kCentred ? 2 : 1) * e.params;
  std::vector<float> partial(static_cast<size_t>(pieces * width));
  const auto run_row = [&](int64_t r, float* by_gamma, float* grad_buffer, float* x_buffer) {
    const int64_t at = r * e.length, param = e.param_of(at);
    const float *grad = grads.read(at, e.length, grad_buffer), *x = xs.read(at, e.length, x_buffer);
    const float mean = in.mean(r), rstd = in.rstd(r), *scale = gamma ? gamma + param : nullptr;
    float sums[2];
    f.gradient_sums(grad, x, mean, scale, sums, e.length);
    if (gamma)
      f.add_param_gradients(grad, x, mean, rstd, by_gamma + param,
                            kCentred ? by_gamma + e.params + param : nullptr, e.length);
    f.gradient(grad, x, mean, rstd, scale, -rstd * rstd * rstd * sums[1] / count,
               kCentred ? -rstd * sums[0] / count : 0, out.start(at, x_buffer), e.length);
    out.finish(at, e.length, x_buffer);
  };
  parallel_for(0, pieces, 1, [&](int64_t first, int64_t last) {
    std::vector<float> grad_buffer = grads.buffer(e.length),
                       x_buffer(static_cast<size_t>(xs.needs_buffer() || out.needs_buffer() ? e.length : 0));
    for (int64_t p = first; p < last; ++p)
      for (int64_t r = e.rows * p / pieces; r < e.rows * (p + 1) / pieces; ++r)
        run_row(r, partial.data() + p * width, grad_buffer.data(), x_buffer.data());
  });
  if (gamma) sum_pieces(partial, pieces, e.params, call, kCentred);
  return nullptr;
}

template <bool kCentred>
const char* norm_grad_ref(const Call& call) {
  const Extent e(call.in[1], call.in[3], call.in[2]);
  const GradientInputs<double, kCentred> in(call);
  const Tensor grads = read_as(call.in[0], float64), xs = read_as(call.in[1], float64);
  const Result dx(call.out[0], float64), dgamma(call.out[1], float64),
      dbeta(call.out[kCentred ? 2 : 1], float64);
  const auto *grad = data_or_null<const double>(grads), *x = data_or_null<const double>(xs),
             *gamma = data_or_null<const double>(in.gamma);
  const auto count = static_cast<double>(e.length);
  std::fill_n(dgamma.data<double>(), e.params, 0.0);
  if (kCentred) std::fill_n(dbeta.data<double>(), e.params, 0.0);
  for (int64_t r = 0; r < e.rows; ++r) {
    const double mean = in.mean(r), rstd = in.rstd(r);
    const auto h = [&](int64_t i) { return gamma ? grad[i] * gamma[e.param_of(i)] : grad[i]; };
    const auto xhat = [&](int64_t i) { return (x[i] - mean) * rstd; };
    double plain = 0, by_x = 0;
    for (int64_t i = r * e.length; i < (r + 1) * e.length; ++i) {
      plain += h(i);
      by_x += h(i) * xhat(i);
    }
    for (int64_t i = r * e.length; i < (r + 1) * e.length; ++i) {
      dx.data<double>()[i] = rstd * (h(i) - (kCentred ? plain / count : 0) - xhat(i) * by_x / count);
      if (!gamma) continue;
      dgamma.data<double>()[e.param_of(i)] += grad[i] * xhat(i);
      if (kCentred) dbeta.data<double>()[e.param_of(i)] += grad[i];
    }
  }
  dx.finish();
  dgamma.finish();
  if (kCentred) dbeta.finish();
  return nullptr;
}

constexpr Kernel kLayerNorm[] = {{"simd", norm_simd<true>}, {"ref", norm_ref<true>}};
constexpr Kernel kLayerNormGrad[] = {{"simd", norm_grad_simd<true>}, {"ref", norm_grad_ref<true>}};
constexpr Kernel kRmsNorm[] = {{"simd", norm_simd<false>}, {"ref", norm_ref<false>}};
constexpr Kernel kRmsNormGrad[] = {{"simd", norm_grad_simd<false>}, {"ref", norm_grad_ref<false>}};

}  // namespace

extern constinit const KernelList layer_norm_cpu{kLayerNorm};
extern constinit const KernelList layer_norm_grad_cpu{kLayerNormGrad};
extern constinit const KernelList rms_norm_cpu{kRmsNorm};
extern constinit const KernelList rms_norm_grad_cpu{kRmsNormGrad};

}  // namespace nucella
