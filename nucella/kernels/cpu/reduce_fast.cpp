#include "nucella/kernels/cpu/reduce_fast.h"

#include <limits>

#include "nucella/kernels/cpu/reduce_loops.h"
#include "nucella/kernels/cpu/scalar_math.h"

namespace nucella::cpu {
namespace {

// The row functions of integers. Plain loops: the compiler makes vectors of them.
template <class F, class T, class C>
void join_plain(C* total, const C* more, int64_t n) {
  for (int64_t i = 0; i < n; ++i) total[i] = F{}(total[i], more[i]);
}
template <class F, class T, class C, C kStart>
C fold_plain(const T* x, int64_t n, T) {
  const int64_t part = n / 4;  // four streams from memory
  C a = kStart, b = kStart, c = kStart, e = kStart;
  for (int64_t i = 0; i < part; ++i) {
    a = F{}(a, static_cast<C>(x[i]));
    b = F{}(b, static_cast<C>(x[i + part]));
    c = F{}(c, static_cast<C>(x[i + 2 * part]));
    e = F{}(e, static_cast<C>(x[i + 3 * part]));
  }
  for (int64_t i = 4 * part; i < n; ++i) a = F{}(a, static_cast<C>(x[i]));
  return F{}(F{}(a, b), F{}(c, e));
}
template <class F, class T, class C>
void columns_plain(C* total, const T* x, int64_t step, int64_t rows, int64_t n, const T*) {
  for (int64_t r = 0; r < rows; ++r, x += step)
    for (int64_t i = 0; i < n; ++i) total[i] = F{}(total[i], static_cast<C>(x[i]));
}
template <class F, class T, class C, C kStart>
constexpr ReduceRows<T, C> kPlain{kStart, join_plain<F, T, C>, fold_plain<F, T, C, kStart>,
                                  columns_plain<F, T, C>};

// Calls f with the row functions of integers T. Sums run in 64 bits, where means need them.
template <class T, class F>
void with_integer_rows(Reducer reducer, F f) {
  using Limits = std::numeric_limits<T>;
  if (reducer == Reducer::kSum) return f(kPlain<Add, T, int64_t, 0>);
  if (reducer == Reducer::kLargest) return f(kPlain<Maximum, T, T, Limits::lowest()>);
  if (reducer == Reducer::kSmallest) return f(kPlain<Minimum, T, T, Limits::max()>);
  f(kPlain<Mul, T, T, 1>);
}

// Calls f with the row functions for elements T, and with the type of elements that they see in memory.
template <class T, class F>
void with_rows(Reducer reducer, F f) {
  if constexpr (std::is_same_v<T, double>) {
    f.template operator()<T>(reduce_rows_f64(reducer));
  } else if constexpr (std::is_same_v<compute_t<T>, float>) {
    f.template operator()<T>(reduce_rows_f32(reducer));
  } else if constexpr (std::is_same_v<T, bool>) {
    // Bytes that are 0 or 1: a sum is the logical or.
    with_integer_rows<uint8_t>(reducer == Reducer::kSum ? Reducer::kLargest : reducer,
                               [&](const auto& rows) { f.template operator()<uint8_t>(rows); });
  } else {
    with_integer_rows<T>(reducer, [&](const auto& rows) { f.template operator()<T>(rows); });
  }
}

template <class T>
T* data(const Tensor& t) {
  return reinterpret_cast<T*>(t.raw_data_unchecked());
}

// The plan for x, or for a copy of it when its innermost axis has gaps.
ReducePlan plan_of(Tensor& x, const Shape& to) {
  ReducePlan plan;
  if (!plan_reduce(x, to, plan)) {
    x = x.clone();
    plan = {};
    plan_reduce(x, to, plan);
  }
  return plan;
}

}  // namespace

const char* reduce_fast(const Tensor& out, const Tensor& x, const Shape& to, Reducer reducer, int64_t count) {
  if (!out.is_contiguous()) return "the result has gaps";
  if (x.size() == 0) return "there is nothing to reduce";
  Tensor dense = x;
  const ReducePlan plan = plan_of(dense, to);
  dispatch(x.dtype(), [&]<class T>() {
    with_rows<T>(reducer, [&]<class Stored>(const auto& rows) {
      using C = typename std::remove_cvref_t<decltype(rows)>::Collected;
      auto* results = data<Stored>(out);
      const C divisor = static_cast<C>(count);
      run_reduce(plan, rows, data<const Stored>(dense), nullptr,
                 [=](int64_t at, C total) { results[at] = static_cast<Stored>(total / divisor); });
    });
  });
  return nullptr;
}

const char* variance_fast(const Tensor& out, const Tensor& x, const Shape& to, int64_t ddof) {
  if (!out.is_contiguous()) return "the result has gaps";
  if (x.size() == 0) return "there is nothing to reduce";
  Tensor dense = x;
  const ReducePlan plan = plan_of(dense, to);
  const double count = static_cast<double>(x.size() / out.size());
  dispatch_floating(x.dtype(), "var", [&]<class T>() {
    using Wide = compute_t<T>;
    const Tensor mean = Tensor::empty(out.shape(), dtype_of<Wide>);
    with_rows<T>(Reducer::kSum, [&]<class Stored>(const auto& rows) {
      run_reduce(plan, rows, data<const Stored>(dense), nullptr,
                 [&, to = data<Wide>(mean)](int64_t at, double total) {
                   to[at] = static_cast<Wide>(total / count);
                 });
    });
    with_rows<T>(Reducer::kSquareSum, [&]<class Stored>(const auto& rows) {
      run_reduce(plan, rows, data<const Stored>(dense), data<const Wide>(mean),
                 [&, to = data<Stored>(out)](int64_t at, double total) {
                   to[at] = static_cast<Stored>(total / (count - static_cast<double>(ddof)));
                 });
    });
  });
  return nullptr;
}

}  // namespace nucella::cpu
