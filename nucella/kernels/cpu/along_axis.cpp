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

const char* cumsum_ref(const Call& call) {
  return running_ref(call, 0, [](auto a, auto b) { return a + b; });
}
const char* cumprod_ref(const Call& call) {
  return running_ref(call, 1, [](auto a, auto b) { return a * b; });
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

constexpr Kernel kCumsum[] = {{"ref", cumsum_ref}};
constexpr Kernel kCumprod[] = {{"ref", cumprod_ref}};
constexpr Kernel kCummax[] = {{"ref", running_extreme_ref<NotLess>}};
constexpr Kernel kCummin[] = {{"ref", running_extreme_ref<NotGreater>}};

}  // namespace

extern constinit const KernelList cumsum_cpu{kCumsum};
extern constinit const KernelList cumprod_cpu{kCumprod};
extern constinit const KernelList cummax_cpu{kCummax};
extern constinit const KernelList cummin_cpu{kCummin};

}  // namespace nucella
