#include <limits>

#include "nucella/base/half_rows.h"
#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/reduce.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

#ifndef NUCELLA_KERNELS_CPU_REDUCE_ROWS_
#define NUCELLA_KERNELS_CPU_REDUCE_ROWS_
namespace nucella::cpu {

/// One reduction on rows of floats.
struct ReduceRows {
  /// All of a row becomes one value (sums: through float64 every few thousand elements).
  double (*fold)(const float* x, int64_t n);
  /// acc[i] = op(acc[i], x[i]).
  void (*merge)(float* acc, const float* x, int64_t n);
};

}  // namespace nucella::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;
using V = hn::Vec<hn::ScalableTag<float>>;

struct SumV {
  static V start(V) { return hn::Zero(d); }
  static V merge(V acc, V x) { return hn::Add(acc, x); }
  static V join(V a, V b) { return hn::Add(a, b); }
  static double fold(V acc) { return hn::GetLane(hn::SumOfLanes(d, acc)); }
  static double merge(double a, double b) { return a + b; }
};
struct SquareSumV {
  static V start(V) { return hn::Zero(d); }
  static V merge(V acc, V x) { return hn::MulAdd(x, x, acc); }
  static V join(V a, V b) { return hn::Add(a, b); }
  static double fold(V acc) { return hn::GetLane(hn::SumOfLanes(d, acc)); }
  static double merge(double a, double b) { return a + b; }
};
// One of the two that are merged: what Chosen, a function on numbers, says of a lane.
template <class Chosen>
struct ExtremeV {
  static V start(V first) { return first; }
  static double fold(V acc) {
    HWY_ALIGN float lanes[hn::MaxLanes(d)];
    hn::Store(acc, d, lanes);
    double best = lanes[0];
    for (size_t i = 1; i < hn::Lanes(d); ++i) best = merge(best, double{lanes[i]});
    return best;
  }
  static double merge(double a, double b) { return Chosen{}(a, b); }
};
// NaN if either is.
struct LargestV : ExtremeV<Maximum> {
  using ExtremeV::merge;
  static V merge(V acc, V x) { return hn::IfThenElse(hn::Or(hn::Gt(x, acc), hn::IsNaN(x)), x, acc); }
  static V join(V a, V b) { return merge(a, b); }
};
struct SmallestV : ExtremeV<Minimum> {
  using ExtremeV::merge;
  static V merge(V acc, V x) { return hn::IfThenElse(hn::Or(hn::Lt(x, acc), hn::IsNaN(x)), x, acc); }
  static V join(V a, V b) { return merge(a, b); }
};

// Up to a few thousand elements in four independent chains.
template <class F>
double fold_block(const float* x, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const V first = F::start(hn::Set(d, *x));
  V a = first, b = first, c = first, e = first;
  int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a = F::merge(a, hn::LoadU(d, x + i));
    b = F::merge(b, hn::LoadU(d, x + i + lanes));
    c = F::merge(c, hn::LoadU(d, x + i + 2 * lanes));
    e = F::merge(e, hn::LoadU(d, x + i + 3 * lanes));
  }
  for (; i + lanes <= n; i += lanes) a = F::merge(a, hn::LoadU(d, x + i));
  if (i < n) {
    const auto used = hn::FirstN(d, static_cast<size_t>(n - i));
    b = F::merge(b, hn::IfThenElse(used, Tail<float>(x + i, n - i).load(), first));
  }
  return F::fold(F::join(F::join(a, b), F::join(c, e)));
}

template <class F>
double fold_row(const float* x, int64_t n) {
  constexpr int64_t kBlock = 4096;
  double total = fold_block<F>(x, std::min(n, kBlock));
  for (int64_t i = kBlock; i < n; i += kBlock)
    total = F::merge(total, fold_block<F>(x + i, std::min(n - i, kBlock)));
  return total;
}

template <class F>
void merge_row(float* acc, const float* x, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(F::merge(hn::LoadU(d, acc + i), hn::LoadU(d, x + i)), d, acc + i);
  if (i < n)
    Tail<float>::store(F::merge(Tail<float>(acc + i, n - i).load(), Tail<float>(x + i, n - i).load()),
                       acc + i, n - i);
}

constexpr ReduceRows kRows[] = {{fold_row<SumV>, merge_row<SumV>},
                                {fold_row<LargestV>, merge_row<LargestV>},
                                {fold_row<SmallestV>, merge_row<SmallestV>},
                                {fold_row<SquareSumV>, merge_row<SquareSumV>}};

}  // namespace

const ReduceRows* reduce_op_rows() { return kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(reduce_op_rows);
}
namespace {

enum Row { kSumRow, kLargestRow, kSmallestRow, kSquareSumRow };

constexpr bool adds(Row row) { return row == kSumRow || row == kSquareSumRow; }

const cpu::ReduceRows& reduce_rows(Row row) {
  using namespace cpu;
  static const ReduceRows* rows = HWY_DYNAMIC_DISPATCH(reduce_op_rows)();
  return rows[row];
}

// A reduction as nested loops over merged axes: where each result lies, and where what belongs to it lies.
struct Plan {
  Shape kept, kept_x, kept_out;  // extents, and strides of x and of the result
  Shape reduced, reduced_x;
  int64_t inner = 1;          // the innermost axis of x, which lies without gaps
  bool inner_reduced = true;  // or else the results lie side by side along it

  int64_t outputs() const { return kept.numel(); }
  int64_t rows() const { return reduced.numel(); }
};

int64_t offset_of(int64_t index, const Shape& shape, const Shape& strides) {
  int64_t at = 0;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    at += index % shape[i] * strides[i];
    index /= shape[i];
  }
  return at;
}

// `to`: strides of the result over the shape of x. False when the innermost axis of x has gaps.
bool make_plan(const Tensor& x, const Shape& to, Plan& plan) {
  const auto loop = plan_loop<2>(x.shape(), {x.strides(), to});
  const int last = loop.shape.ndim() - 1;
  if (loop.strides[0][last] != 1 || (loop.strides[1][last] != 0 && loop.strides[1][last] != 1)) return false;
  plan.inner = loop.shape[last];
  plan.inner_reduced = loop.strides[1][last] == 0;
  for (int i = 0; i < last; ++i) {
    if (loop.strides[1][i] == 0) {
      plan.reduced.push_back(loop.shape[i]);
      plan.reduced_x.push_back(loop.strides[0][i]);
    } else {
      plan.kept.push_back(loop.shape[i]);
      plan.kept_x.push_back(loop.strides[0][i]);
      plan.kept_out.push_back(loop.strides[1][i]);
    }
  }
  return true;
}

double join(Row op, double a, double b) {
  if (adds(op)) return a + b;
  return op == kLargestRow ? cpu::Maximum{}(a, b) : cpu::Minimum{}(a, b);
}

// The row itself, or `buffer` filled with its numbers.
const float* as_floats(const float* x, int64_t, float*) { return x; }
template <class T>
const float* as_floats(const T* x, int64_t n, float* buffer) {
  widen(x, buffer, n);
  return buffer;
}

double fold_row(const float* x, int64_t n, Row op) { return reduce_rows(op).fold(x, n); }
template <class T>
double fold_row(const T* x, int64_t n, Row op) {
  constexpr int64_t kBlock = 4096;
  float buffer[kBlock];
  double total = 0;
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t m = std::min(kBlock, n - i);
    const double part = reduce_rows(op).fold(as_floats(x + i, m, buffer), m);
    total = i == 0 ? part : join(op, total, part);
  }
  return total;
}

// One long row: pieces of a fixed length, so that the result does not depend on the number of threads.
template <class T>
double fold_long(const T* x, int64_t n, Row op) {
  constexpr int64_t kPiece = 1 << 16;
  std::vector<double> parts(static_cast<size_t>((n + kPiece - 1) / kPiece));
  parallel_for(0, static_cast<int64_t>(parts.size()), 1, [&](int64_t a, int64_t b) {
    for (int64_t i = a; i < b; ++i)
      parts[static_cast<size_t>(i)] = fold_row(x + i * kPiece, std::min(kPiece, n - i * kPiece), op);
  });
  double total = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) total = join(op, total, parts[i]);
  return total;
}

// The innermost axis is reduced: every result folds whole rows.
template <class T>
void reduce_inner(const Plan& plan, const T* x, T* out, Row op, double scale) {
  const int64_t work = plan.rows() * plan.inner;
  parallel_for(0, plan.outputs(), std::max<int64_t>(1, (1 << 15) / work), [&](int64_t a, int64_t b) {
    for (int64_t o = a; o < b; ++o) {
      const T* from = x + offset_of(o, plan.kept, plan.kept_x);
      double total = 0;
      for (int64_t r = 0; r < plan.rows(); ++r) {
        const double part = fold_row(from + offset_of(r, plan.reduced, plan.reduced_x), plan.inner, op);
        total = r == 0 ? part : join(op, total, part);
      }
      out[offset_of(o, plan.kept, plan.kept_out)] = static_cast<T>(static_cast<float>(total * scale));
    }
  });
}

// The results lie side by side: rows are merged a stretch at a time. Sums move to float64 every few rows.
template <class T>
void reduce_outer(const Plan& plan, const T* x, T* out, Row op, double scale) {
  constexpr int64_t kStretch = 256, kRowsInFloat = 16;
  const cpu::ReduceRows& rows = reduce_rows(op);
  const int64_t stretches = (plan.inner + kStretch - 1) / kStretch, count = plan.rows();
  const int64_t work = count * std::min(plan.inner, kStretch);
  parallel_for(
      0, plan.outputs() * stretches, std::max<int64_t>(1, (1 << 15) / work), [&](int64_t a, int64_t b) {
        for (int64_t task = a; task < b; ++task) {
          const int64_t o = task / stretches, begin = task % stretches * kStretch;
          const int64_t n = std::min(kStretch, plan.inner - begin);
          const T* from = x + offset_of(o, plan.kept, plan.kept_x) + begin;
          float acc[kStretch], buffer[kStretch];
          double total[kStretch] = {};
          for (int64_t r = 0; r < count; ++r) {
            const float* row = as_floats(from + offset_of(r, plan.reduced, plan.reduced_x), n, buffer);
            const bool fresh = adds(op) ? r % kRowsInFloat == 0 : r == 0;
            if (fresh && adds(op) && r > 0)
              for (int64_t i = 0; i < n; ++i) total[i] += acc[i];
            if (fresh && op == kSquareSumRow) std::fill_n(acc, n, 0.0f);
            if (fresh && op != kSquareSumRow)
              std::copy_n(row, n, acc);
            else
              rows.merge(acc, row, n);
          }
          T* to = out + offset_of(o, plan.kept, plan.kept_out) + begin;
          for (int64_t i = 0; i < n; ++i)
            to[i] = static_cast<T>(static_cast<float>((total[i] + acc[i]) * scale));
        }
      });
}

template <class T>
void reduce_planned(const Plan& plan, const Tensor& out, const Tensor& x, Row op, double scale) {
  const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
  T* results = reinterpret_cast<T*>(out.raw_data_unchecked());
  if (plan.inner_reduced && plan.outputs() == 1 && plan.rows() == 1) {
    *results = static_cast<T>(static_cast<float>(fold_long(from, plan.inner, op) * scale));
  } else if (plan.inner_reduced) {
    reduce_inner(plan, from, results, op, scale);
  } else {
    reduce_outer(plan, from, results, op, scale);
  }
}

const char* reduce_simd(const Tensor& out, const Tensor& x, const Shape& to, Row op, double scale = 1) {
  if (x.dtype() != out.dtype()) return "the dtype changes";
  if (!out.is_contiguous()) return "the result has gaps";
  if (x.size() == 0) return "there is nothing to reduce";
  Plan plan;
  if (!make_plan(x, to, plan)) return "the innermost axis has gaps";
  switch (x.dtype()) {
    case DType::kFloat32:
      return reduce_planned<float>(plan, out, x, op, scale), nullptr;
    case DType::kFloat16:
      return reduce_planned<Half>(plan, out, x, op, scale), nullptr;
    case DType::kBFloat16:
      return reduce_planned<BFloat16>(plan, out, x, op, scale), nullptr;
    default:
      return "only float32 and the 16-bit floats have vector code";
  }
}

// Strides over the shape of x that lead to the element of the result (0 along reduced axes), when `out` is
// dense row-major with or without the reduced axes.
Shape strides_of_result(const Call& call) {
  const Shape& shape = call.in[0].shape();
  const Ints& axes = call.attrs[0].as<Ints>();
  Shape strides = Shape::filled(shape.ndim(), 1);
  for (int64_t axis : axes)
    if (shape.ndim() > 0) strides[static_cast<int>(axis < 0 ? axis + shape.ndim() : axis)] = 0;
  if (axes.empty()) strides = Shape::filled(shape.ndim(), 0);
  int64_t step = 1;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    if (strides[i] == 0) continue;
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

// Folds every element of x into its place among `results`, one row after the other.
template <class T, class C, class F>
void fold(const Tensor& x, const Shape& to, std::vector<C>& results, F f) {
  if (x.size() == 0) return;
  const auto loop = plan_loop<2>(x.shape(), {x.strides(), to});
  const int last = loop.shape.ndim() - 1;
  const int64_t n = loop.shape[last], x_step = loop.strides[0][last], step = loop.strides[1][last];
  const Shape outer(loop.shape.begin(), loop.shape.end() - 1);
  for (int64_t row = 0; row < outer.numel(); ++row) {
    const T* from =
        reinterpret_cast<const T*>(x.raw_data_unchecked()) + offset_of(row, outer, loop.strides[0]);
    C* result = results.data() + offset_of(row, outer, loop.strides[1]);
    for (int64_t i = 0; i < n; ++i) result[i * step] = f(result[i * step], static_cast<C>(from[i * x_step]));
  }
}

// Sums in float64 or in wrapping 64-bit integers; `divide` makes a mean of them.
template <class F = cpu::Add>
void sum_into(const Tensor& out, const Tensor& x, const Shape& to, bool divide) {
  dispatch(x.dtype(), [&]<class T>() {
    using C = std::conditional_t<is_floating(dtype_of<T>), double, int64_t>;
    std::vector<C> sums(static_cast<size_t>(out.size()));
    fold<T, C>(x, to, sums, F{});
    T* o = reinterpret_cast<T*>(out.raw_data_unchecked());
    const C count =
        divide ? static_cast<C>(x.size()) / static_cast<C>(std::max<int64_t>(out.size(), 1)) : C{1};
    for (size_t i = 0; i < sums.size(); ++i) o[i] = static_cast<T>(divide ? sums[i] / count : sums[i]);
  });
}

const char* sum_to_ref(const Call& call) {
  sum_into(call.out[0], call.in[0], broadcast_strides(call.out[0], call.in[0].shape()), false);
  return nullptr;
}

const char* sum_ref(const Call& call) {
  sum_into(call.out[0], call.in[0], strides_of_result(call), false);
  return nullptr;
}

struct AddSquare {
  template <class T>
  T operator()(T a, T b) const {
    return a + b * b;
  }
};

const char* square_sum_ref(const Call& call) {
  sum_into<AddSquare>(call.out[0], call.in[0], strides_of_result(call), false);
  return nullptr;
}

const char* mean_ref(const Call& call) {
  sum_into(call.out[0], call.in[0], strides_of_result(call), true);
  return nullptr;
}

// Starts from the value that any other replaces: F is Maximum or Minimum.
template <class F>
const char* extreme_ref(const Call& call) {
  constexpr bool kLargest = std::is_same_v<F, cpu::Maximum>;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = cpu::compute_t<T>;
    using Limits = std::numeric_limits<C>;
    const C start = Limits::has_infinity ? (kLargest ? -Limits::infinity() : Limits::infinity())
                                         : (kLargest ? Limits::lowest() : Limits::max());
    // vector<bool> has no references, so bool is folded as bytes.
    using Cell = std::conditional_t<std::is_same_v<C, bool>, uint8_t, C>;
    std::vector<Cell> best(static_cast<size_t>(call.out[0].size()), start);
    fold<T, Cell>(call.in[0], strides_of_result(call), best, F{});
    T* o = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    for (size_t i = 0; i < best.size(); ++i) o[i] = static_cast<T>(best[i]);
  });
  return nullptr;
}

const char* sum_to_simd(const Call& call) {
  return reduce_simd(call.out[0], call.in[0], broadcast_strides(call.out[0], call.in[0].shape()), kSumRow);
}

const char* sum_simd(const Call& call) {
  return reduce_simd(call.out[0], call.in[0], strides_of_result(call), kSumRow);
}

const char* square_sum_simd(const Call& call) {
  return reduce_simd(call.out[0], call.in[0], strides_of_result(call), kSquareSumRow);
}

const char* mean_simd(const Call& call) {
  const double share = static_cast<double>(call.out[0].size()) / static_cast<double>(call.in[0].size());
  return reduce_simd(call.out[0], call.in[0], strides_of_result(call), kSumRow, share);
}

template <Row kRow>
const char* extreme_simd(const Call& call) {
  return reduce_simd(call.out[0], call.in[0], strides_of_result(call), kRow);
}

constexpr Kernel kSumTo[] = {{"simd", sum_to_simd}, {"ref", sum_to_ref}};
constexpr Kernel kSum[] = {{"simd", sum_simd}, {"ref", sum_ref}};
constexpr Kernel kSquareSum[] = {{"simd", square_sum_simd}, {"ref", square_sum_ref}};
constexpr Kernel kMean[] = {{"simd", mean_simd}, {"ref", mean_ref}};
constexpr Kernel kMax[] = {{"simd", extreme_simd<kLargestRow>}, {"ref", extreme_ref<cpu::Maximum>}};
constexpr Kernel kMin[] = {{"simd", extreme_simd<kSmallestRow>}, {"ref", extreme_ref<cpu::Minimum>}};

}  // namespace

extern constinit const KernelList sum_to_cpu{kSumTo};
extern constinit const KernelList reduce_sum_cpu{kSum};
extern constinit const KernelList reduce_square_sum_cpu{kSquareSum};
extern constinit const KernelList reduce_mean_cpu{kMean};
extern constinit const KernelList reduce_max_cpu{kMax};
extern constinit const KernelList reduce_min_cpu{kMin};

}  // namespace nucella
#endif  // HWY_ONCE
