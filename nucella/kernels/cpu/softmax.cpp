#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"
#include "nucella/kernels/cpu/softmax_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/softmax.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;

float row_maximum(const float* x, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  auto top = hn::Set(d, *x);
  auto nan = hn::IsNaN(top);
  const auto take = [&](auto v) HWY_ATTR {
    top = hn::IfThenElse(hn::Gt(v, top), v, top);
    nan = hn::Or(nan, hn::IsNaN(v));
  };
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) take(hn::LoadU(d, x + i));
  if (i < n) take(Tail<float>(x + i, n - i).load());
  return hn::AllFalse(d, nan) ? hn::GetLane(hn::MaxOfLanes(d, top)) : std::numeric_limits<float>::quiet_NaN();
}

// out = exp(x - top); returns their sum.
float exp_row(const float* x, float top, float* out, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto shift = hn::Set(d, top);
  auto sum = hn::Zero(d);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto e = exp(d, hn::Sub(hn::LoadU(d, x + i), shift));
    hn::StoreU(e, d, out + i);
    sum = hn::Add(sum, e);
  }
  if (i < n) {
    const auto e = exp(d, hn::Sub(Tail<float>(x + i, n - i).load(), shift));
    Tail<float>::store(e, out + i, n - i);
    sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(n - i)), e));
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

template <class F>
void map_row(const float* x, float* out, int64_t n, F f) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, out + i);
  if (i < n) Tail<float>::store(f(Tail<float>(x + i, n - i).load()), out + i, n - i);
}

void softmax_row(const float* x, float* out, int64_t n, float& top, float& log_sum) {
  top = row_maximum(x, n);
  const float sum = exp_row(x, top, out, n);
  log_sum = std::log(sum);
  const auto scale = hn::Set(d, 1 / sum);
  map_row(out, out, n, [&](auto v) HWY_ATTR { return hn::Mul(v, scale); });
}

void log_softmax_row(const float* x, float* out, int64_t n) {
  const float top = row_maximum(x, n), log_sum = std::log(exp_row(x, top, out, n));
  const auto shift = hn::Set(d, top), rest = hn::Set(d, log_sum);
  map_row(x, out, n, [&](auto v) HWY_ATTR { return hn::Sub(hn::Sub(v, shift), rest); });
}

constexpr SoftmaxRows kRows{softmax_row, log_softmax_row};

}  // namespace

const SoftmaxRows* softmax_op_rows() { return &kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(softmax_op_rows);

const SoftmaxRows& softmax_rows() {
  static const SoftmaxRows* rows = HWY_DYNAMIC_DISPATCH(softmax_op_rows)();
  return *rows;
}
}  // namespace cpu

namespace {

// Contiguous float32 rows along the last axis.
template <bool kLog>
const char* softmax_simd(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const int64_t axis = call.attrs[0].as<int64_t>();
  if (x.dtype() != float32) return "only float32 has vector code";
  if (axis != -1 && axis != x.ndim() - 1) return "the axis is not the last";
  if (!x.is_contiguous() || !out.is_contiguous()) return "the rows are not contiguous";
  const int64_t n = x.shape().back();
  if (x.size() == 0) return nullptr;
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  const cpu::SoftmaxRows& rows = cpu::softmax_rows();
  parallel_for(0, x.size() / n, std::max<int64_t>(1, (1 << 13) / n), [&](int64_t a, int64_t b) {
    for (int64_t i = a; i < b; ++i) {
      [[maybe_unused]] float top, log_sum;
      if constexpr (kLog)
        rows.log_softmax(from + i * n, to + i * n, n);
      else
        rows.softmax(from + i * n, to + i * n, n, top, log_sum);
    }
  });
  return nullptr;
}

// Softmax or its logarithm in float64, for every position outside the axis.
template <bool kLog>
const char* softmax_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const int64_t signed_axis = call.attrs[0].as<int64_t>();
  const int axis = static_cast<int>(signed_axis < 0 ? signed_axis + x.ndim() : signed_axis);
  Shape shape = x.shape(), xs = x.strides(), os = out.strides();
  const int64_t n = shape[axis], x_step = xs[axis], o_step = os[axis];
  if (x.size() == 0) return nullptr;
  for (Shape* s : {&shape, &xs, &os}) s->erase(axis);
  dispatch_floating(x.dtype(), "softmax", [&]<class T>() {
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    T* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    parallel_for(0, shape.numel(), std::max<int64_t>(1, (1 << 12) / n), [&](int64_t a, int64_t b) {
      for (int64_t i = a; i < b; ++i) {
        int64_t rest = i, x_at = 0, o_at = 0;
        for (int d = shape.ndim() - 1; d >= 0; --d) {
          x_at += rest % shape[d] * xs[d];
          o_at += rest % shape[d] * os[d];
          rest /= shape[d];
        }
        double top = from[x_at], sum = 0;
        for (int64_t k = 1; k < n; ++k)
          top = cpu::Maximum{}(top, static_cast<double>(from[x_at + k * x_step]));
        for (int64_t k = 0; k < n; ++k) sum += std::exp(from[x_at + k * x_step] - top);
        for (int64_t k = 0; k < n; ++k) {
          const double v = from[x_at + k * x_step] - top;
          to[o_at + k * o_step] = static_cast<T>(kLog ? v - std::log(sum) : std::exp(v) / sum);
        }
      }
    });
  });
  return nullptr;
}

constexpr Kernel kSoftmax[] = {{"simd", softmax_simd<false>},
                               {"float32", cpu::rows_in_float32<1, softmax_simd<false>>},
                               {"ref", softmax_ref<false>}};
constexpr Kernel kLogSoftmax[] = {{"simd", softmax_simd<true>},
                                  {"float32", cpu::rows_in_float32<1, softmax_simd<true>>},
                                  {"ref", softmax_ref<true>}};

}  // namespace

extern constinit const KernelList softmax_cpu{kSoftmax};
extern constinit const KernelList log_softmax_cpu{kLogSoftmax};

}  // namespace nucella
#endif  // HWY_ONCE
