// Kernels that walk along one axis for every position of the others: running sums and sorting.
#include <algorithm>
#include <numeric>

#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

// The lines of a tensor along an axis, and where each begins.
struct Lines {
  Lines(const Tensor& t, int axis) : shape(t.shape()), strides(t.strides()) {
    extent = shape[axis];
    step = strides[axis];
    shape.erase(axis);
    strides.erase(axis);
  }
  int64_t count() const { return shape.numel(); }
  int64_t start(int64_t line) const {
    int64_t at = 0;
    for (int i = shape.ndim() - 1; i >= 0; --i) {
      at += line % shape[i] * strides[i];
      line /= shape[i];
    }
    return at;
  }

  Shape shape, strides;
  int64_t extent = 0, step = 0;
};

int first_axis(const Call& call) {
  return normalize_axis(call.attrs[0].as<int64_t>(), call.in[0].ndim(), entry_of(call.op).name);
}

template <class F>
void for_lines(const Lines& lines, F f) {
  const int64_t grain = std::max<int64_t>(1, (1 << 13) / std::max<int64_t>(lines.extent, 1));
  parallel_for(0, lines.count(), grain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) f(i);
  });
}

// Sums of floats run in double, so that long lines keep their digits; those of integers wrap.
template <class T>
using total_t = std::conditional_t<std::is_integral_v<T>, uint64_t, double>;

template <class T>
void sum_line(const T* from, int64_t from_step, T* to, int64_t to_step, int64_t n, bool exclusive) {
  total_t<T> total = 0;
  for (int64_t k = 0; k < n; ++k) {
    const auto value = static_cast<total_t<T>>(from[k * from_step]);
    to[k * to_step] = static_cast<T>(exclusive ? total : total + value);
    total += value;
  }
}

const char* cumsum_ref(const Call& call) {
  const auto& [axis, exclusive, reverse] = unpack<int64_t, bool, bool>(call.attrs);
  const int at = first_axis(call);
  const Lines x(call.in[0], at), out(call.out[0], at);
  if (call.out[0].size() == 0) return nullptr;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(call.in[0].raw_data_unchecked());
    auto* to = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    const int64_t n = x.extent, turn = reverse ? -1 : 1, begin = reverse ? n - 1 : 0;
    for_lines(x, [&](int64_t line) {
      sum_line(from + x.start(line) + begin * x.step, turn * x.step, to + out.start(line) + begin * out.step,
               turn * out.step, n, exclusive);
    });
  });
  return nullptr;
}

// NaN is larger than any number.
template <class T>
bool below(T a, T b) {
  return b != b ? a == a : a < b;
}

template <class T, class Position>
void sort_line(const T* from, int64_t from_step, Position* to, int64_t to_step, int64_t n, bool descending) {
  std::vector<Position> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), Position{0});
  std::stable_sort(order.begin(), order.end(), [&](Position a, Position b) {
    const T left = from[a * from_step], right = from[b * from_step];
    return descending ? below(right, left) : below(left, right);
  });
  for (int64_t k = 0; k < n; ++k) to[k * to_step] = order[static_cast<size_t>(k)];
}

const char* argsort_ref(const Call& call) {
  const bool descending = call.attrs[1].as<bool>();
  const int at = first_axis(call);
  const Lines x(call.in[0], at), out(call.out[0], at);
  if (call.out[0].size() == 0) return nullptr;
  dispatch(call.in[0].dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(call.in[0].raw_data_unchecked());
    const auto sort = [&]<class Position>(Position* to) {
      for_lines(x, [&](int64_t line) {
        sort_line(from + x.start(line), x.step, to + out.start(line), out.step, x.extent, descending);
      });
    };
    if (call.out[0].dtype() == int32) {
      sort(reinterpret_cast<int32_t*>(call.out[0].raw_data_unchecked()));
    } else {
      sort(reinterpret_cast<int64_t*>(call.out[0].raw_data_unchecked()));
    }
  });
  return nullptr;
}

constexpr Kernel kCumsum[] = {{"ref", cumsum_ref}};
constexpr Kernel kArgsort[] = {{"ref", argsort_ref}};

}  // namespace

extern constinit const KernelList cumsum_cpu{kCumsum};
extern constinit const KernelList argsort_cpu{kArgsort};

}  // namespace nucella
