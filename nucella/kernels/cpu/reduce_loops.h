// The loops of reductions over any number of axes, for the row functions of any dtype.
#pragma once
#include <array>
#include <vector>

#include "nucella/base/half_rows.h"
#include "nucella/kernels/cpu/reduce_plan.h"
#include "nucella/kernels/cpu/reduce_rows.h"

namespace nucella::cpu {

/// Rows as the row functions take them: 16-bit floats are widened into a buffer, the others lie there.
template <class T>
class RowSource {
 public:
  /// `rows` rows of `n` elements that lie `step` apart; `step` becomes that of the result.
  const T* operator()(const T* x, int64_t, int64_t, int64_t&) { return x; }
  static constexpr int64_t kLongest = 4096;  // elements of a row at a time
};
template <class T>
requires(!std::is_same_v<compute_t<T>, T>) class RowSource<T> {
 public:
  const float* operator()(const T* x, int64_t rows, int64_t n, int64_t& step) {
    for (int64_t r = 0; r < rows; ++r) widen(x + r * step, buffer_.data() + r * n, n);
    step = n;
    return buffer_.data();
  }
  static constexpr int64_t kLongest = 1024;

 private:
  std::array<float, kLongest * kReduceRows> buffer_;
};

/// A row of any length becomes one value.
template <class T, class R>
auto fold_row(const R& f, const T* x, int64_t n, typename R::Element center) {
  if constexpr (std::is_same_v<compute_t<T>, T>) {
    return f.fold(x, n, center);
  } else {
    RowSource<T> source;
    auto total = f.start;
    for (int64_t i = 0, step = 0; i < n; i += RowSource<T>::kLongest) {
      const int64_t m = std::min(n - i, RowSource<T>::kLongest);
      const auto part = f.fold(source(x + i, 1, m, step), m, center);
      f.join(&total, &part, 1);
    }
    return total;
  }
}

/// `rows` rows of at most RowSource<T>::kLongest elements become one row, total[i].
template <class T, class R>
void fold_columns(const R& f, const T* x, int64_t step, int64_t rows, int64_t n, typename R::Collected* total,
                  const typename R::Element* center) {
  RowSource<T> source;
  for (int64_t r = 0; r < rows; r += kReduceRows) {
    int64_t apart = step;
    const int64_t some = std::min(kReduceRows, rows - r);
    const auto* from = source(x + r * step, some, n, apart);
    f.columns(total, from, apart, some, n, center);
  }
}

/// The same for short rows without gaps between them: many of these make a long one.
template <class T, class R>
void fold_narrow_columns(const R& f, const T* x, int64_t rows, int64_t n, typename R::Collected* total,
                         const typename R::Element* center) {
  const int64_t together = std::min(rows, RowSource<T>::kLongest / n), width = together * n;
  std::vector<typename R::Collected> wide(static_cast<size_t>(width), f.start);
  std::vector<typename R::Element> centers;
  for (int64_t k = 0; center && k < together; ++k) centers.insert(centers.end(), center, center + n);
  const auto* middle = center ? centers.data() : nullptr;
  const int64_t whole = rows / together;
  fold_columns(f, x, width, whole, width, wide.data(), middle);
  fold_columns(f, x + whole * width, 0, 1, (rows - whole * together) * n, wide.data(), middle);
  for (int64_t k = 0; k < together; ++k) f.join(total, wide.data() + k * n, n);
}

/// How many pieces a reduction of `work` elements with `tasks` results is cut into, so that the result does
/// not depend on the number of threads.
inline int64_t reduce_pieces(int64_t tasks, int64_t work) {
  constexpr int64_t kPiece = 1 << 16, kEnough = 16;
  return tasks >= kEnough ? 1 : std::clamp<int64_t>(work / kPiece, 1, 64);
}

inline int64_t reduce_grain(int64_t work) {
  return std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(work, 1));
}

/// The innermost axis is reduced: results fold whole rows; a single long row is cut. `center` is that of a
/// result, or null; `store(place, value)` takes the results.
template <class T, class R, class Store>
void reduce_inner(const ReducePlan& plan, const R& f, const T* x, const typename R::Element* center,
                  Store store) {
  const bool cut_row = plan.rows() == 1;
  const int64_t extent = cut_row ? plan.inner : plan.rows();
  const int64_t pieces = std::min(extent, reduce_pieces(plan.outputs(), plan.rows() * plan.inner));
  std::vector<typename R::Collected> parts(static_cast<size_t>(plan.outputs() * pieces), f.start);
  parallel_for(0, std::ssize(parts), reduce_grain(plan.rows() * plan.inner / pieces),
               [&](int64_t a, int64_t b) {
                 for (int64_t task = a; task < b; ++task) {
                   const int64_t o = task / pieces, p = task % pieces;
                   const int64_t first = extent * p / pieces, last = extent * (p + 1) / pieces;
                   const T* from = x + offset_of(o, plan.kept, plan.kept_x);
                   const auto middle =
                       center ? center[offset_of(o, plan.kept, plan.kept_out)] : typename R::Element(0);
                   auto& total = parts[static_cast<size_t>(task)];
                   if (cut_row) {
                     total = fold_row(f, from + first, last - first, middle);
                   } else {
                     for (int64_t r = first; r < last; ++r) {
                       const T* row = from + offset_of(r, plan.reduced, plan.reduced_x);
                       const auto part = fold_row(f, row, plan.inner, middle);
                       f.join(&total, &part, 1);
                     }
                   }
                 }
               });
  for (int64_t o = 0; o < plan.outputs(); ++o) {
    auto total = parts[static_cast<size_t>(o * pieces)];
    for (int64_t p = 1; p < pieces; ++p) f.join(&total, &parts[static_cast<size_t>(o * pieces + p)], 1);
    store(offset_of(o, plan.kept, plan.kept_out), total);
  }
}

/// Rows `first` to `last` of those that belong to the results `begin` to `begin + n` of the row `o`.
template <class T, class R>
void reduce_rows(const ReducePlan& plan, const R& f, const T* x, int64_t first, int64_t last, int64_t n,
                 typename R::Collected* total, const typename R::Element* center) {
  const int axis = plan.reduced.ndim() - 1;
  if (axis < 0) return fold_columns(f, x, 0, 1, n, total, center);
  const int64_t extent = plan.reduced[axis], step = plan.reduced_x[axis];
  while (first < last) {
    const int64_t here = std::min(last - first, extent - first % extent);
    const T* from = x + offset_of(first, plan.reduced, plan.reduced_x);
    if (step == n && n <= RowSource<T>::kLongest / 8)
      fold_narrow_columns(f, from, here, n, total, center);
    else
      fold_columns(f, from, step, here, n, total, center);
    first += here;
  }
}

/// The results lie side by side: rows become one, a stretch at a time.
template <class T, class R, class Store>
void reduce_outer(const ReducePlan& plan, const R& f, const T* x, const typename R::Element* center,
                  Store store) {
  using C = typename R::Collected;
  const int64_t stretch = std::min(plan.inner, RowSource<T>::kLongest), rows = plan.rows();
  const int64_t stretches = (plan.inner + stretch - 1) / stretch, tasks = plan.outputs() * stretches;
  const int64_t pieces = std::min(rows, reduce_pieces(tasks, rows * stretch));
  std::vector<C> parts(static_cast<size_t>(pieces > 1 ? tasks * pieces * stretch : 0));
  const auto result_of = [&](int64_t task) {
    return offset_of(task / stretches, plan.kept, plan.kept_out) + task % stretches * stretch;
  };
  const auto finish = [&](int64_t task, int64_t n, const C* total) {
    const int64_t at = result_of(task);
    for (int64_t i = 0; i < n; ++i) store(at + i, total[i]);
  };
  const auto length = [&](int64_t task) {
    return std::min(stretch, plan.inner - task % stretches * stretch);
  };
  parallel_for(0, tasks * pieces, reduce_grain(rows * stretch / pieces), [&](int64_t a, int64_t b) {
    std::vector<C> own(static_cast<size_t>(pieces > 1 ? 0 : stretch));
    for (int64_t i = a; i < b; ++i) {
      const int64_t task = i / pieces, p = i % pieces, n = length(task);
      const int64_t o = task / stretches, begin = task % stretches * stretch;
      C* total = pieces > 1 ? parts.data() + i * stretch : own.data();
      std::fill_n(total, n, f.start);
      reduce_rows(plan, f, x + offset_of(o, plan.kept, plan.kept_x) + begin, rows * p / pieces,
                  rows * (p + 1) / pieces, n, total, center ? center + result_of(i / pieces) : nullptr);
      if (pieces == 1) finish(task, n, total);
    }
  });
  if (pieces == 1) return;
  for (int64_t task = 0; task < tasks; ++task) {
    C* total = parts.data() + task * pieces * stretch;
    for (int64_t p = 1; p < pieces; ++p) f.join(total, total + p * stretch, length(task));
    finish(task, length(task), total);
  }
}

/// Runs a reduction of elements that are there. The centers lie as the results do.
template <class T, class R, class Store>
void run_reduce(const ReducePlan& plan, const R& f, const T* x, const typename R::Element* center,
                Store store) {
  if (plan.inner_reduced)
    reduce_inner(plan, f, x, center, store);
  else
    reduce_outer(plan, f, x, center, store);
}

}  // namespace nucella::cpu
