#include <limits>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

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

// Folds every element of x, in row-major order, into its place among `sums`.
template <class T, class C, class F>
void fold(const Tensor& x, const Shape& to, std::vector<C>& sums, F f) {
  const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
  const int64_t n = x.size();
  for (int64_t i = 0; i < n; ++i) {
    int64_t rest = i, at = 0, source = 0;
    for (int d = x.ndim() - 1; d >= 0; --d) {
      const int64_t index = rest % x.shape()[d];
      rest /= x.shape()[d];
      at += index * to[d];
      source += index * x.strides()[d];
    }
    C& sum = sums[static_cast<size_t>(at)];
    sum = f(sum, static_cast<C>(from[source]));
  }
}

// Sums in float64 or in wrapping 64-bit integers; `divide` makes a mean of them.
void sum_into(const Tensor& out, const Tensor& x, const Shape& to, bool divide) {
  dispatch(x.dtype(), [&]<class T>() {
    using C = std::conditional_t<is_floating(dtype_of<T>), double, int64_t>;
    std::vector<C> sums(static_cast<size_t>(out.size()));
    fold<T, C>(x, to, sums, cpu::Add{});
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

// For every position outside the axis: the index of the first element that no other beats.
template <class Better>
const char* arg_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const int64_t signed_axis = call.attrs[0].as<int64_t>();
  const int axis = static_cast<int>(signed_axis < 0 ? signed_axis + std::max(x.ndim(), 1) : signed_axis);
  Shape shape = x.shape(), strides = x.strides();
  const int64_t n = x.ndim() == 0 ? 1 : shape[axis], step = x.ndim() == 0 ? 0 : strides[axis];
  if (x.ndim() > 0) {
    shape.erase(axis);
    strides.erase(axis);
  }
  dispatch(x.dtype(), [&]<class T>() {
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    parallel_for(0, out.size(), std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(n, 1)),
                 [&](int64_t a, int64_t b) {
                   for (int64_t i = a; i < b; ++i) {
                     int64_t rest = i, at = 0;
                     for (int d = shape.ndim() - 1; d >= 0; --d) {
                       at += rest % shape[d] * strides[d];
                       rest /= shape[d];
                     }
                     int64_t best = 0;
                     for (int64_t k = 1; k < n; ++k) {
                       const T v = from[at + k * step], top = from[at + best * step];
                       if (top == top && (Better{}(v, top) || v != v)) best = k;
                     }
                     if (out.dtype() == int32) {
                       out.mutable_data<int32_t>()[i] = static_cast<int32_t>(best);
                     } else {
                       out.mutable_data<int64_t>()[i] = best;
                     }
                   }
                 });
  });
  return nullptr;
}

constexpr Kernel kSumTo[] = {{"ref", sum_to_ref}};
constexpr Kernel kSum[] = {{"ref", sum_ref}};
constexpr Kernel kMean[] = {{"ref", mean_ref}};
constexpr Kernel kMax[] = {{"ref", extreme_ref<cpu::Maximum>}};
constexpr Kernel kMin[] = {{"ref", extreme_ref<cpu::Minimum>}};
constexpr Kernel kArgmax[] = {{"ref", arg_ref<std::greater<>>}};
constexpr Kernel kArgmin[] = {{"ref", arg_ref<std::less<>>}};

}  // namespace

extern constinit const KernelList sum_to_cpu{kSumTo};
extern constinit const KernelList reduce_sum_cpu{kSum};
extern constinit const KernelList reduce_mean_cpu{kMean};
extern constinit const KernelList reduce_max_cpu{kMax};
extern constinit const KernelList reduce_min_cpu{kMin};
extern constinit const KernelList argmax_cpu{kArgmax};
extern constinit const KernelList argmin_cpu{kArgmin};

}  // namespace nucella
