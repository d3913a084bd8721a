#include "nucella/kernels/cpu/reduce_rows.h"

#include <algorithm>
#include <limits>

#include "nucella/kernels/cpu/scalar_math.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/reduce_rows.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using V = hn::Vec<Tag<T>>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What a reduction does: with vectors, with what these have collected, and with single elements.
struct SumV {
  static constexpr double kStart = 0;
  template <class T>
  static V<T> first(V<T> x, V<T>) {
    return x;
  }
  template <class T>
  static V<T> merge(V<T> acc, V<T> x, V<T>) {
    return hn::Add(acc, x);
  }
  template <class W>
  static W join(W a, W b) {
    return hn::Add(a, b);
  }
  static double lift(double x, double) { return x; }
  static double number(double a, double b) { return a + b; }
};
struct SquareSumV : SumV {
  template <class T>
  static V<T> first(V<T> x, V<T> center) {
    const V<T> distance = hn::Sub(x, center);
    return hn::Mul(distance, distance);
  }
  template <class T>
  static V<T> merge(V<T> acc, V<T> x, V<T> center) {
    const V<T> distance = hn::Sub(x, center);
    return hn::MulAdd(distance, distance, acc);
  }
  static double lift(double x, double center) { return (x - center) * (x - center); }
};
// One of the two that are joined: NaN if either is.
template <bool kLargest>
struct ExtremeV {
  static constexpr double kStart = kLargest ? -kInfinity : kInfinity;
  template <class T>
  static V<T> first(V<T> x, V<T>) {
    return x;
  }
  template <class T>
  static V<T> merge(V<T> acc, V<T> x, V<T>) {
    return join(acc, x);
  }
  template <class W>
  static W join(W acc, W x) {
    const auto further = kLargest ? hn::Gt(x, acc) : hn::Lt(x, acc);
    return hn::IfThenElse(hn::Or(further, hn::IsNaN(x)), x, acc);
  }
  static double lift(double x, double) { return x; }
  static double number(double a, double b) { return std::conditional_t<kLargest, Maximum, Minimum>{}(a, b); }
};

// The lanes of a vector, one after the other.
template <class F, class W>
double fold_lanes(W acc) {
  using T = hn::TFromV<W>;
  HWY_ALIGN T lanes[hn::MaxLanes(Tag<T>())];
  hn::Store(acc, Tag<T>(), lanes);
  double total = lanes[0];
  for (size_t i = 1; i < hn::Lanes(Tag<T>()); ++i) total = F::number(total, lanes[i]);
  return total;
}

// Up to a few thousand elements as four parts side by side: independent chains, and as many streams from
// memory.
template <class F, class T>
double fold_block(const T* x, int64_t n, T center) {
  constexpr Tag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const V<T> middle = hn::Set(d, center);
  const int64_t part = n / 4 / lanes * lanes;
  double total = F::kStart;
  int64_t i = 0;
  if (n >= lanes) {
    V<T> a = F::template first<T>(hn::LoadU(d, x), middle);
    i = lanes;
    if (part > 0) {
      V<T> b = F::template first<T>(hn::LoadU(d, x + part), middle);
      V<T> c = F::template first<T>(hn::LoadU(d, x + 2 * part), middle);
      V<T> e = F::template first<T>(hn::LoadU(d, x + 3 * part), middle);
      for (; i < part; i += lanes) {
        a = F::template merge<T>(a, hn::LoadU(d, x + i), middle);
        b = F::template merge<T>(b, hn::LoadU(d, x + i + part), middle);
        c = F::template merge<T>(c, hn::LoadU(d, x + i + 2 * part), middle);
        e = F::template merge<T>(e, hn::LoadU(d, x + i + 3 * part), middle);
      }
      a = F::join(F::join(a, b), F::join(c, e));
      i = 4 * part;
    }
    for (; i + lanes <= n; i += lanes) a = F::template merge<T>(a, hn::LoadU(d, x + i), middle);
    total = fold_lanes<F>(a);
  }
  for (; i < n; ++i) total = F::number(total, F::lift(x[i], center));
  return total;
}

template <class F, class T>
double fold_row(const T* x, int64_t n, T center) {
  constexpr int64_t kBlock = 4096;
  double total = F::kStart;
  for (int64_t i = 0; i < n; i += kBlock)
    total = F::number(total, fold_block<F>(x + i, std::min(n - i, kBlock), center));
  return total;
}

// Calls join(total, part) on the float64 numbers that belong to one vector of parts.
template <class F>
void add_to(double* total, V<double> part) {
  constexpr Tag<double> d;
  hn::StoreU(F::join(hn::LoadU(d, total), part), d, total);
}
template <class F>
void add_to(double* total, V<float> part) {
  for_parts_f64(part, [&](int64_t first, V<double> wide) HWY_ATTR { add_to<F>(total + first, wide); });
}

template <class F, class T>
void fold_columns(double* total, const T* x, int64_t step, int64_t rows, int64_t n, const T* center) {
  constexpr Tag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const V<T> middle = center ? hn::LoadU(d, center + i) : hn::Zero(d);
    const V<T> next = center ? hn::LoadU(d, center + i + lanes) : hn::Zero(d);
    const T* row = x + i;
    V<T> a = F::template first<T>(hn::LoadU(d, row), middle);
    V<T> b = F::template first<T>(hn::LoadU(d, row + lanes), next);
    for (int64_t r = 1; r < rows; ++r) {
      row += step;
      a = F::template merge<T>(a, hn::LoadU(d, row), middle);
      b = F::template merge<T>(b, hn::LoadU(d, row + lanes), next);
    }
    add_to<F>(total + i, a);
    add_to<F>(total + i + lanes, b);
  }
  for (; i < n; ++i)
    for (int64_t r = 0; r < rows; ++r)
      total[i] = F::number(total[i], F::lift(x[r * step + i], center ? center[i] : T(0)));
}

// Products are collected in float64 from the start, where those of many floats neither overflow nor lose
// digits.
struct ProductV {
  static double number(double a, double b) { return a * b; }
  template <class W>
  static W join(W a, W b) {
    return hn::Mul(a, b);
  }
};

HWY_INLINE V<double> load_f64(const double* x) { return hn::LoadU(Tag<double>(), x); }
HWY_INLINE V<double> load_f64(const float* x) {
  return hn::PromoteTo(Tag<double>(), hn::LoadU(hn::Rebind<float, Tag<double>>(), x));
}

template <class T>
double product_row(const T* x, int64_t n, T) {
  constexpr Tag<double> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t part = n / 4 / lanes * lanes;
  V<double> a = hn::Set(d, 1.0), b = a, c = a, e = a;
  int64_t i = 0;
  for (; i < part; i += lanes) {
    a = hn::Mul(a, load_f64(x + i));
    b = hn::Mul(b, load_f64(x + i + part));
    c = hn::Mul(c, load_f64(x + i + 2 * part));
    e = hn::Mul(e, load_f64(x + i + 3 * part));
  }
  double total = fold_lanes<ProductV>(hn::Mul(hn::Mul(a, b), hn::Mul(c, e)));
  i = 4 * part;
  for (; i < n; ++i) total *= x[i];
  return total;
}

template <class T>
void product_columns(double* total, const T* x, int64_t step, int64_t rows, int64_t n, const T*) {
  constexpr Tag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t r = 0; r < rows; ++r, x += step) {
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) add_to<ProductV>(total + i, hn::LoadU(d, x + i));
    for (; i < n; ++i) total[i] *= x[i];
  }
}

template <class F>
void join_rows(double* total, const double* more, int64_t n) {
  for (int64_t i = 0; i < n; ++i) total[i] = F::number(total[i], more[i]);
}

template <class F, class T>
constexpr ReduceRows<T, double> rows_of() {
  return {F::kStart, join_rows<F>, fold_row<F, T>, fold_columns<F, T>};
}

// In the order of Reducer.
template <class T>
constexpr ReduceRows<T, double> kRows[] = {rows_of<SumV, T>(),
                                           rows_of<ExtremeV<true>, T>(),
                                           rows_of<ExtremeV<false>, T>(),
                                           rows_of<SquareSumV, T>(),
                                           {1, join_rows<ProductV>, product_row<T>, product_columns<T>}};

}  // namespace

const ReduceRows<float, double>* reduce_op_rows_f32() { return kRows<float>; }
const ReduceRows<double, double>* reduce_op_rows_f64() { return kRows<double>; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(reduce_op_rows_f32);
HWY_EXPORT(reduce_op_rows_f64);

const ReduceRows<float, double>& reduce_rows_f32(Reducer reducer) {
  static const auto* rows = HWY_DYNAMIC_DISPATCH(reduce_op_rows_f32)();
  return rows[static_cast<int>(reducer)];
}
const ReduceRows<double, double>& reduce_rows_f64(Reducer reducer) {
  static const auto* rows = HWY_DYNAMIC_DISPATCH(reduce_op_rows_f64)();
  return rows[static_cast<int>(reducer)];
}

}  // namespace nucella::cpu
#endif  // HWY_ONCE
