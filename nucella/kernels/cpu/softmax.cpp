#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/lines.h"
#include "nucella/kernels/cpu/norm_work.h"
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

// f(i, m) for the vectors of a row: m elements from i, fewer than a vector holds at the end.
template <class F>
HWY_INLINE void for_vectors(int64_t n, F f) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < n; i += lanes) f(i, std::min(lanes, n - i));
}

// What all columns of a stretch have: one number each, up to the end of the last vector.
struct Columns {
  HWY_ALIGN float top[kSoftmaxColumns + hn::MaxLanes(d)];
  HWY_ALIGN float sum[kSoftmaxColumns + hn::MaxLanes(d)];
};

HWY_INLINE auto load_some(const float* x, int64_t m) {
  return m == static_cast<int64_t>(hn::Lanes(d)) ? hn::LoadU(d, x) : Tail<float>(x, m).load();
}
HWY_INLINE void store_some(hn::Vec<decltype(d)> v, float* to, int64_t m) {
  if (m == static_cast<int64_t>(hn::Lanes(d)))
    hn::StoreU(v, d, to);
  else
    Tail<float>::store(v, to, m);
}

// A NaN need not be looked for: it makes the sum of its column one.
void column_maxima(const float* x, int64_t step, int64_t rows, int64_t n, float* top) {
  for_vectors(n, [&](int64_t i, int64_t m) HWY_ATTR { hn::Store(load_some(x + i, m), d, top + i); });
  for (int64_t r = 1; r < rows; ++r)
    for_vectors(n, [&](int64_t i, int64_t m) HWY_ATTR {
      const auto v = load_some(x + r * step + i, m), best = hn::Load(d, top + i);
      hn::Store(hn::IfThenElse(hn::Gt(v, best), v, best), d, top + i);
    });
}

// The sums of exp(x - top); each is written, too, if `out` is there. Four rows at a time, whose sums are
// added to others of their kind in float64.
template <bool kWrite>
void column_sums(const float* x, float* out, int64_t step, int64_t rows, int64_t n, Columns& columns) {
  constexpr int64_t kRows = 4;
  constexpr hn::ScalableTag<double> dd;
  HWY_ALIGN double total[kSoftmaxColumns + hn::MaxLanes(d)] = {};
  for (int64_t r = 0; r < rows; r += kRows)
    for_vectors(n, [&](int64_t i, int64_t m) HWY_ATTR {
      const auto shift = hn::Load(d, columns.top + i);
      auto sum = hn::Zero(d);
      for (int64_t k = r; k < std::min(rows, r + kRows); ++k) {
        const auto e = exp(d, hn::Sub(load_some(x + k * step + i, m), shift));
        if constexpr (kWrite) store_some(e, out + k * step + i, m);
        sum = hn::Add(sum, e);
      }
      for_parts_f64(sum, [&](int64_t first, auto part) HWY_ATTR {
        hn::Store(hn::Add(hn::Load(dd, total + i + first), part), dd, total + i + first);
      });
    });
  for (int64_t i = 0; i < n; ++i) columns.sum[i] = static_cast<float>(total[i]);
}

void softmax_columns(const float* x, float* out, int64_t step, int64_t rows, int64_t n) {
  Columns columns = {};
  column_maxima(x, step, rows, n, columns.top);
  column_sums<true>(x, out, step, rows, n, columns);
  for (int64_t i = 0; i < n; ++i) columns.sum[i] = 1 / columns.sum[i];
  for (int64_t r = 0; r < rows; ++r)
    for_vectors(n, [&](int64_t i, int64_t m) HWY_ATTR {
      float* to = out + r * step + i;
      store_some(hn::Mul(load_some(to, m), hn::Load(d, columns.sum + i)), to, m);
    });
}

void log_softmax_columns(const float* x, float* out, int64_t step, int64_t rows, int64_t n) {
  Columns columns = {};
  column_maxima(x, step, rows, n, columns.top);
  column_sums<false>(x, out, step, rows, n, columns);
  for (int64_t i = 0; i < n; ++i) columns.sum[i] = std::log(columns.sum[i]);
  for (int64_t r = 0; r < rows; ++r)
    for_vectors(n, [&](int64_t i, int64_t m) HWY_ATTR {
      const auto v = hn::Sub(load_some(x + r * step + i, m), hn::Load(d, columns.top + i));
      store_some(hn::Sub(v, hn::Load(d, columns.sum + i)), out + r * step + i, m);
    });
}

constexpr SoftmaxRows kRows{softmax_row, log_softmax_row, softmax_columns, log_softmax_columns};

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

// Float32 rows along the last axis.
template <bool kLog>
void along_rows(const float* x, float* out, int64_t rows, int64_t n) {
  const cpu::SoftmaxRows& f = cpu::softmax_rows();
  parallel_for(0, rows, std::max<int64_t>(1, (1 << 13) / n), [&](int64_t a, int64_t b) {
    for (int64_t i = a; i < b; ++i) {
      [[maybe_unused]] float top, log_sum;
      if constexpr (kLog)
        f.log_softmax(x + i * n, out + i * n, n);
      else
        f.softmax(x + i * n, out + i * n, n, top, log_sum);
    }
  });
}

// Along an axis of extent n with `inner` elements in a row of it, a stretch of columns at a time.
template <bool kLog>
void along_columns(const float* x, float* out, int64_t blocks, int64_t n, int64_t inner) {
  const cpu::SoftmaxRows& f = cpu::softmax_rows();
  const int64_t share = (blocks * inner + num_threads() - 1) / num_threads();
  const int64_t stretch = std::min({inner, cpu::kSoftmaxColumns, std::max<int64_t>(share, 16)});
  const int64_t stretches = (inner + stretch - 1) / stretch;
  const auto run = kLog ? f.log_softmax_columns : f.softmax_columns;
  parallel_for(0, blocks * stretches, std::max<int64_t>(1, (1 << 13) / (n * stretch)),
               [&](int64_t a, int64_t b) {
                 for (int64_t i = a; i < b; ++i) {
                   const int64_t begin = i % stretches * stretch, at = i / stretches * n * inner + begin;
                   run(x + at, out + at, inner, n, std::min(stretch, inner - begin));
                 }
               });
}

template <bool kLog>
const char* softmax_simd(const Call& call) {
  if (call.in[0].dtype() != float32) return "only float32 has vector code";
  if (call.in[0].size() == 0) return nullptr;
  const Tensor x = cpu::read_as(call.in[0], float32);
  const cpu::Result result(call.out[0], float32);
  const int axis = cpu::axis_of(call);
  const int64_t n = x.shape()[axis], inner = Shape(x.shape().begin() + axis + 1, x.shape().end()).numel();
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  if (inner == 1)
    along_rows<kLog>(from, result.data<float>(), x.size() / n, n);
  else
    along_columns<kLog>(from, result.data<float>(), x.size() / (n * inner), n, inner);
  result.finish();
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

template <bool kLog>
const char* softmax_half(const Call& call) {
  return cpu::axis_of(call) == 0 ? cpu::in_float32<softmax_simd<kLog>>(call)
                                 : cpu::rows_in_float32<1, softmax_simd<kLog>>(call);
}

constexpr Kernel kSoftmax[] = {
    {"simd", softmax_simd<false>}, {"float32", softmax_half<false>}, {"ref", softmax_ref<false>}};
constexpr Kernel kLogSoftmax[] = {
    {"simd", softmax_simd<true>}, {"float32", softmax_half<true>}, {"ref", softmax_ref<true>}};

}  // namespace

extern constinit const KernelList softmax_cpu{kSoftmax};
extern constinit const KernelList log_softmax_cpu{kLogSoftmax};

}  // namespace nucella
#endif  // HWY_ONCE
