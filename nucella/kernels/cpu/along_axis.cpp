// Kernels that go along one axis for every position of the others: running sums, products and extremes.
#include "nucella/kernels/cpu/lines.h"

namespace nucella {
namespace {

using cpu::Lines;

// Sums and products of floats run in double, so that long lines keep their digits; those of integers wrap.
template <class T>
using total_t = std::conditional_t<std::is_integral_v<T>, uint64_t, double>;

template <class T, class Join>
void run_line(const T* from, int64_t from_step, T* to, int64_t to_step, int64_t n, bool exclusive,
              total_t<T> total, Join join) {
  for (int64_t k = 0; k < n; ++k) {
    const total_t<T> before = total;
    total = join(total, static_cast<total_t<T>>(from[k * from_step]));
    to[k * to_step] = static_cast<T>(exclusive ? before : total);
  }
}

// Down `width` columns of n rows at once, each with a total of its own.
constexpr int64_t kColumns = 1024;
template <class T, class Join>
void run_columns(const T* from, T* to, int64_t step, int64_t n, int64_t width, bool exclusive,
                 total_t<T> first, Join join) {
  std::array<total_t<T>, kColumns> totals;
  totals.fill(first);
  for (int64_t k = 0; k < n; ++k, from += step, to += step) {
    if (exclusive)
      for (int64_t i = 0; i < width; ++i) to[i] = static_cast<T>(totals[static_cast<size_t>(i)]);
    for (int64_t i = 0; i < width; ++i) {
      auto& total = totals[static_cast<size_t>(i)];
      total = join(total, static_cast<total_t<T>>(from[i]));
    }
    if (!exclusive)
      for (int64_t i = 0; i < width; ++i) to[i] = static_cast<T>(totals[static_cast<size_t>(i)]);
  }
}

// Row-major data along an axis that is not the last: a stretch of columns at a time.
template <class Join>
const char* running_columns(const Call& call, int first, Join join) {
  const auto& [axis, exclusive, reverse] = unpack<int64_t, bool, bool>(call.attrs);
  const Tensor &x = call.in[0], &out = call.out[0];
  const int at = cpu::axis_of(call);
  const int64_t n = x.shape()[at], inner = Shape(x.shape().begin() + at + 1, x.shape().end()).numel();
  if (inner == 1) return "the axis is the last";
  if (!x.is_contiguous() || !out.is_contiguous()) return "the elements do not lie row by row";
  if (x.size() == 0) return nullptr;
  const int64_t blocks = x.size() / (n * inner), share = (blocks * inner) / num_threads() + 1;
  const int64_t stretch = std::min({inner, kColumns, std::max<int64_t>(share, 16)});
  const int64_t stretches = (inner + stretch - 1) / stretch, step = reverse ? -inner : inner;
  const bool without = exclusive, backwards = reverse;
  dispatch(x.dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    auto* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    const int64_t grain = std::max<int64_t>(1, (1 << 14) / (n * stretch));
    parallel_for(0, blocks * stretches, grain, [&](int64_t a, int64_t b) {
      for (int64_t i = a; i < b; ++i) {
        const int64_t begin = i % stretches * stretch;
        const int64_t start = i / stretches * n * inner + begin + (backwards ? (n - 1) * inner : 0);
        run_columns(from + start, to + start, step, n, std::min(stretch, inner - begin), without,
                    static_cast<total_t<T>>(first), join);
      }
    });
  });
  return nullptr;
}

// Joins the elements along the axis one after the other, beginning with `first`.
template <class Join>
const char* running_ref(const Call& call, int first, Join join) {
  const auto& [axis, exclusive, reverse] = unpack<int64_t, bool, bool>(call.attrs);
  const int at = cpu::axis_of(call);
  const Lines x(call.in[0], at), out(call.out[0], at);
  if (call.out[0].size() == 0) return nullptr;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(call.in[0].raw_data_unchecked());
    auto* to = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    const int64_t n = x.extent, turn = reverse ? -1 : 1, begin = reverse ? n - 1 : 0;
    const bool without = exclusive;
    cpu::for_lines(x, [&](int64_t line) {
      run_line(from + x.start(line) + begin * x.step, turn * x.step, to + out.start(line) + begin * out.step,
               turn * out.step, n, without, static_cast<total_t<T>>(first), join);
    });
  });
  return nullptr;
}

struct Plus {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
struct Times {
  template <class T>
  T operator()(T a, T b) const {
    return a * b;
  }
};

template <class Join, int kFirst>
const char* columns(const Call& call) {
  return running_columns(call, kFirst, Join{});
}
template <class Join, int kFirst>
const char* lines(const Call& call) {
  return running_ref(call, kFirst, Join{});
}

// A NaN is taken at once and never given up.
struct NotLess {
  template <class T>
  bool operator()(T value, T best) const {
    return value != value || value >= best;
  }
};
struct NotGreater {
  template <class T>
  bool operator()(T value, T best) const {
    return value != value || value <= best;
  }
};

template <class Takes>
const char* running_extreme_ref(const Call& call) {
  const int at = cpu::axis_of(call);
  const Lines x(call.in[0], at), out(call.out[0], at), places(call.out[1], at);
  if (call.out[0].size() == 0) return nullptr;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(call.in[0].raw_data_unchecked());
    auto* to = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    auto* where = reinterpret_cast<int64_t*>(call.out[1].raw_data_unchecked());
    cpu::for_lines(x, [&](int64_t line) {
      const int64_t begin = x.start(line), values = out.start(line), positions = places.start(line);
      T best = from[begin];
      int64_t place = 0;
      for (int64_t k = 0; k < x.extent; ++k) {
        const T value = from[begin + k * x.step];
        if (best == best && Takes{}(value, best)) {
          best = value;
          place = k;
        }
        to[values + k * out.step] = best;
        where[positions + k * places.step] = place;
      }
    });
  });
  return nullptr;
}

constexpr Kernel kCumsum[] = {{"columns", columns<Plus, 0>}, {"ref", lines<Plus, 0>}};
constexpr Kernel kCumprod[] = {{"columns", columns<Times, 1>}, {"ref", lines<Times, 1>}};
constexpr Kernel kCummax[] = {{"ref", running_extreme_ref<NotLess>}};
constexpr Kernel kCummin[] = {{"ref", running_extreme_ref<NotGreater>}};

}  // namespace

extern constinit const KernelList cumsum_cpu{kCumsum};
extern constinit const KernelList cumprod_cpu{kCumprod};
extern constinit const KernelList cummax_cpu{kCummax};
extern constinit const KernelList cummin_cpu{kCummin};

}  // namespace nucella
