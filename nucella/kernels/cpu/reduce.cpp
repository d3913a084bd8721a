// The kernels of reductions: sums, means, products, extremes and variances.
#include <limits>

#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/reduce_fast.h"
#include "nucella/kernels/cpu/reduce_plan.h"

namespace nucella {
namespace {

using cpu::Reducer;

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
        reinterpret_cast<const T*>(x.raw_data_unchecked()) + cpu::offset_of(row, outer, loop.strides[0]);
    C* result = results.data() + cpu::offset_of(row, outer, loop.strides[1]);
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
  sum_into(call.out[0], call.in[0], cpu::strides_of_result(call), false);
  return nullptr;
}

struct AddSquare {
  template <class T>
  T operator()(T a, T b) const {
    return a + b * b;
  }
};

const char* square_sum_ref(const Call& call) {
  sum_into<AddSquare>(call.out[0], call.in[0], cpu::strides_of_result(call), false);
  return nullptr;
}

const char* mean_ref(const Call& call) {
  sum_into(call.out[0], call.in[0], cpu::strides_of_result(call), true);
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
    fold<T, Cell>(call.in[0], cpu::strides_of_result(call), best, F{});
    T* o = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    for (size_t i = 0; i < best.size(); ++i) o[i] = static_cast<T>(best[i]);
  });
  return nullptr;
}

// Products of floats in float64, those of integers wrap.
const char* product_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = std::conditional_t<is_floating(dtype_of<T>), double, int64_t>;
    std::vector<C> products(static_cast<size_t>(call.out[0].size()), C{1});
    fold<T, C>(call.in[0], cpu::strides_of_result(call), products, cpu::Mul{});
    T* o = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    for (size_t i = 0; i < products.size(); ++i) o[i] = static_cast<T>(products[i]);
  });
  return nullptr;
}

// The squared distances of elements from their mean; an element is one that has only itself.
struct Distances {
  explicit Distances(double value) : mean(value) {}
  Distances joined(double value) const {
    Distances more(mean);
    more.total = total + (value - mean) * (value - mean);
    return more;
  }
  double mean, total = 0;
};

const char* variance_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const Shape to = cpu::strides_of_result(call);
  const double count = static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(out.size(), 1));
  dispatch_floating(x.dtype(), "var", [&]<class T>() {
    std::vector<double> sums(static_cast<size_t>(out.size()));
    fold<T, double>(x, to, sums, cpu::Add{});
    std::vector<Distances> squares;
    for (double sum : sums) squares.emplace_back(sum / count);
    fold<T, Distances>(x, to, squares, [](Distances d, Distances v) { return d.joined(v.mean); });
    T* o = reinterpret_cast<T*>(out.raw_data_unchecked());
    const double divisor = count - static_cast<double>(call.attrs[1].as<int64_t>());
    for (size_t i = 0; i < squares.size(); ++i) o[i] = static_cast<T>(squares[i].total / divisor);
  });
  return nullptr;
}

const char* sum_to_fast(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  return cpu::reduce_fast(out, x, broadcast_strides(out, x.shape()), Reducer::kSum);
}

template <Reducer kReducer>
const char* fast(const Call& call) {
  return cpu::reduce_fast(call.out[0], call.in[0], cpu::strides_of_result(call), kReducer);
}

const char* mean_fast(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  if (x.size() == 0) return "there is nothing to reduce";
  return cpu::reduce_fast(out, x, cpu::strides_of_result(call), Reducer::kSum, x.size() / out.size());
}

const char* variance_fast(const Call& call) {
  return cpu::variance_fast(call.out[0], call.in[0], cpu::strides_of_result(call),
                            call.attrs[1].as<int64_t>());
}

constexpr Kernel kSumTo[] = {{"rows", sum_to_fast}, {"ref", sum_to_ref}};
constexpr Kernel kSum[] = {{"rows", fast<Reducer::kSum>}, {"ref", sum_ref}};
constexpr Kernel kSquareSum[] = {{"rows", fast<Reducer::kSquareSum>}, {"ref", square_sum_ref}};
constexpr Kernel kMean[] = {{"rows", mean_fast}, {"ref", mean_ref}};
constexpr Kernel kMax[] = {{"rows", fast<Reducer::kLargest>}, {"ref", extreme_ref<cpu::Maximum>}};
constexpr Kernel kMin[] = {{"rows", fast<Reducer::kSmallest>}, {"ref", extreme_ref<cpu::Minimum>}};
constexpr Kernel kProd[] = {{"rows", fast<Reducer::kProduct>}, {"ref", product_ref}};
constexpr Kernel kVar[] = {{"rows", variance_fast}, {"ref", variance_ref}};

}  // namespace

extern constinit const KernelList sum_to_cpu{kSumTo};
extern constinit const KernelList reduce_sum_cpu{kSum};
extern constinit const KernelList reduce_square_sum_cpu{kSquareSum};
extern constinit const KernelList reduce_mean_cpu{kMean};
extern constinit const KernelList reduce_max_cpu{kMax};
extern constinit const KernelList reduce_min_cpu{kMin};
extern constinit const KernelList reduce_prod_cpu{kProd};
extern constinit const KernelList var_cpu{kVar};

}  // namespace nucella
