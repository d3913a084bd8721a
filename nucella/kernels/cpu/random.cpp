// The kernels of the random ops: element i follows from the seed and i alone, whatever the number of threads.
#include "nucella/base/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

uint64_t seed_of(const Call& call, size_t attr) {
  return static_cast<uint64_t>(call.attrs[attr].as<int64_t>());
}

// 64 random bits for element i: half a block of the stream.
uint64_t bits_of(const std::array<uint32_t, 4>& block, int64_t i) {
  const size_t at = 2 * static_cast<size_t>(i % 2);
  return uint64_t{block[at + 1]} << 32 | block[at];
}

// In [0, 1), of 53 bits.
double unit(uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

// A whole number below `range`, each as likely as the others but for a share of range / 2^64.
uint64_t below_range(uint64_t bits, uint64_t range) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>(static_cast<Wide>(bits) * range >> 64);
}

// Calls f(i, bits) with 64 random bits for every element of the output.
template <class F>
void for_elements(uint64_t seed, int64_t n, F f) {
  const Philox4x32 random(seed);
  parallel_for(0, (n + 1) / 2, 1 << 10, [&](int64_t first, int64_t last) {
    for (int64_t pair = first; pair < last; ++pair) {
      const auto block = random.block(static_cast<uint64_t>(pair));
      for (int64_t i = 2 * pair; i < std::min(n, 2 * pair + 2); ++i) f(i, bits_of(block, i));
    }
  });
}

// `value`, or the largest number of T below `high` when rounding has reached it.
template <class T>
T below(double value, double low, double high) {
  T rounded = static_cast<T>(value);
  if (low < high && static_cast<double>(rounded) >= high)
    rounded = static_cast<T>(
        std::nextafter(static_cast<cpu::compute_t<T>>(high), static_cast<cpu::compute_t<T>>(low)));
  return low < high && static_cast<double>(rounded) >= high ? static_cast<T>(low) : rounded;
}

const char* uniform_ref(const Call& call) {
  const auto& [shape, low, high, seed, dtype] = unpack<Ints, double, double, int64_t, DType>(call.attrs);
  const double from = low, to = high;
  dispatch_floating(call.out[0].dtype(), "random_uniform", [&]<class T>() {
    auto* out = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    for_elements(seed_of(call, 3), call.out[0].size(), [&](int64_t i, uint64_t bits) {
      out[i] = below<T>(from + (to - from) * unit(bits), from, to);
    });
  });
  return nullptr;
}

// Box and Muller: two uniform numbers give two normal ones.
const char* normal_ref(const Call& call) {
  const double mean = call.attrs[1].as<double>(), stddev = call.attrs[2].as<double>();
  dispatch_floating(call.out[0].dtype(), "random_normal", [&]<class T>() {
    auto* out = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    const Philox4x32 random(seed_of(call, 3));
    const int64_t n = call.out[0].size();
    parallel_for(0, (n + 1) / 2, 1 << 10, [&](int64_t first, int64_t last) {
      for (int64_t pair = first; pair < last; ++pair) {
        const auto block = random.block(static_cast<uint64_t>(pair));
        const double radius = stddev * std::sqrt(-2 * std::log(1 - unit(bits_of(block, 0))));
        const double angle = 2 * std::numbers::pi * unit(bits_of(block, 1));
        out[2 * pair] = static_cast<T>(mean + radius * std::cos(angle));
        if (2 * pair + 1 < n) out[2 * pair + 1] = static_cast<T>(mean + radius * std::sin(angle));
      }
    });
  });
  return nullptr;
}

const char* int_ref(const Call& call) {
  const auto low = static_cast<uint64_t>(call.attrs[1].as<int64_t>());
  const uint64_t range = static_cast<uint64_t>(call.attrs[2].as<int64_t>()) - low;
  dispatch(call.out[0].dtype(), [&]<class T>() {
    auto* out = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    for_elements(seed_of(call, 3), call.out[0].size(), [&](int64_t i, uint64_t bits) {
      out[i] = static_cast<T>(static_cast<int64_t>(low + below_range(bits, range)));
    });
  });
  return nullptr;
}

// Random words behind one another, for what draws one number after the other.
class Draws {
 public:
  explicit Draws(uint64_t seed, uint64_t row = 0) : random_(seed ^ row * 0x9E3779B97F4A7C15u) {}
  uint64_t next() {
    const int64_t i = next_++;
    return bits_of(random_.block(static_cast<uint64_t>(i / 2)), i);
  }
  double unit_next() { return unit(next()); }

 private:
  Philox4x32 random_;
  int64_t next_ = 0;
};

const char* permutation_ref(const Call& call) {
  const int64_t n = call.out[0].size();
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  Draws draws(seed_of(call, 1));
  for (int64_t i = n - 1; i > 0; --i) {
    const uint64_t j = below_range(draws.next(), static_cast<uint64_t>(i + 1));
    std::swap(order[static_cast<size_t>(i)], order[j]);
  }
  dispatch(call.out[0].dtype(), [&]<class T>() {
    auto* out = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    std::transform(order.begin(), order.end(), out, [](int64_t k) { return static_cast<T>(k); });
  });
  return nullptr;
}

// One row of positions. Without replacement what has been drawn weighs nothing any more.
std::vector<int64_t> draw_row(std::vector<double> weights, int64_t count, bool replacement, Draws draws) {
  std::vector<double> ends(weights.size());
  std::vector<int64_t> out;
  for (int64_t k = 0; k < count; ++k) {
    if (k == 0 || !replacement) std::partial_sum(weights.begin(), weights.end(), ends.begin());
    check<ValueError>(ends.back() > 0, "multinomial: a row has fewer weights above 0 than are to be drawn");
    const double mark = draws.unit_next() * ends.back();
    auto at = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), mark) - ends.begin());
    // Rounding may lead behind the last one, or to one that weighs nothing.
    at = std::min(at, ends.size() - 1);
    while (weights[at] == 0) at = at == 0 ? ends.size() - 1 : at - 1;
    out.push_back(static_cast<int64_t>(at));
    if (!replacement) weights[at] = 0;
  }
  return out;
}

const char* multinomial_ref(const Call& call) {
  const int64_t count = call.attrs[0].as<int64_t>(), width = call.in[0].shape().back();
  const bool replacement = call.attrs[1].as<bool>();
  const std::vector<double> weights = call.in[0].to_vector<double>();
  for (double w : weights)
    check<ValueError>(w >= 0 && std::isfinite(w), "multinomial: weights must be finite and >= 0, got ", w);
  std::vector<int64_t> all;
  for (int64_t row = 0; row * width < std::ssize(weights); ++row) {
    const std::vector<double> own(weights.begin() + row * width, weights.begin() + (row + 1) * width);
    const auto drawn = draw_row(own, count, replacement, Draws(seed_of(call, 2), static_cast<uint64_t>(row)));
    all.insert(all.end(), drawn.begin(), drawn.end());
  }
  dispatch(call.out[0].dtype(), [&]<class T>() {
    auto* out = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
    std::transform(all.begin(), all.end(), out, [](int64_t k) { return static_cast<T>(k); });
  });
  return nullptr;
}

constexpr Kernel kUniform[] = {{"ref", uniform_ref}};
constexpr Kernel kNormal[] = {{"ref", normal_ref}};
constexpr Kernel kInt[] = {{"ref", int_ref}};
constexpr Kernel kPermutation[] = {{"ref", permutation_ref}};
constexpr Kernel kMultinomial[] = {{"ref", multinomial_ref}};
}  // namespace

extern constinit const KernelList random_uniform_cpu{kUniform};
extern constinit const KernelList random_normal_cpu{kNormal};
extern constinit const KernelList random_int_cpu{kInt};
extern constinit const KernelList random_permutation_cpu{kPermutation};
extern constinit const KernelList multinomial_cpu{kMultinomial};

}  // namespace nucella
