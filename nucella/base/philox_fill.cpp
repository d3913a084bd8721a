#include "nucella/base/philox_fill.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "nucella/base/erf_inv.h"
#include "nucella/base/parallel.h"
#include "nucella/base/random.h"

namespace nucella::philox {
namespace {

constexpr double kPi = 3.1415926f, kRoot2 = 1.4142135f;  // MindSpore's float constants
constexpr int64_t kGrain = 1 << 12;                      // blocks of four elements

/// The cosine and sine twins of Box-Muller.
std::array<double, 2> normal_pair(uint32_t a, uint32_t b, double mean, double sigma) {
  const double radius = std::sqrt(-2.0 * std::log(static_cast<double>(small_uniform(a)))) * sigma;
  const double angle = 2.0 * kPi * static_cast<double>(small_uniform(b));
  return {mean + radius * std::cos(angle), mean + radius * std::sin(angle)};
}

/// Calls `make(words)` -> four floats for each block of four elements, in parallel.
template <class Make>
void fill_blocks(uint64_t seed, std::span<float> out, Make make) {
  const auto n = static_cast<int64_t>(out.size());
  parallel_for(0, (n + 3) / 4, kGrain, [&](int64_t first, int64_t last) {
    const Philox4x32 random(seed);
    for (int64_t block = first; block < last; ++block) {
      const std::array<float, 4> values = make(random.block(static_cast<uint64_t>(block)));
      std::copy_n(values.begin(), std::min<int64_t>(4, n - 4 * block), out.begin() + 4 * block);
    }
  });
}

double unit(uint32_t word) { return word * 0x1p-32; }

}  // namespace

void fill_uniform(uint64_t seed, std::span<float> out, float low, float high) {
  const double a = low, width = double{high} - a;
  fill_blocks(seed, out, [&](const std::array<uint32_t, 4>& w) {
    std::array<float, 4> values;
    for (size_t i = 0; i < 4; ++i) values[i] = static_cast<float>(width * unit(w[i]) + a);
    return values;
  });
}

void fill_normal(uint64_t seed, std::span<float> out, float mean, float sigma) {
  fill_blocks(seed, out, [&](const std::array<uint32_t, 4>& w) {
    const auto low = normal_pair(w[0], w[1], mean, sigma), high = normal_pair(w[2], w[3], mean, sigma);
    return std::array<float, 4>{static_cast<float>(low[0]), static_cast<float>(low[1]),
                                static_cast<float>(high[0]), static_cast<float>(high[1])};
  });
}

Truncation::Truncation(float mean, float sigma, float a, float b) : mean(mean), sigma(sigma) {
  const auto below = [&](double x) { return std::erfc(-((x - this->mean) / this->sigma / kRoot2)) / 2.0; };
  low = below(a);
  width = below(b) - low;
}

double Truncation::value(double u) const {
  constexpr double kSmallest = 0x1p-149f, kLargest = 2.0f - 0x1p-23f;
  double z = 2.0 * (low + u * width);
  if (z <= 0) z = kSmallest;
  if (z >= 2) z = kLargest;
  return mean + -erfc_inv(z) * kRoot2 * sigma;
}

void fill_truncated_normal(uint64_t seed, std::span<float> out, const Truncation& cut) {
  fill_blocks(seed, out, [&](const std::array<uint32_t, 4>& w) {
    std::array<float, 4> values;
    for (size_t i = 0; i < 4; ++i) values[i] = static_cast<float>(cut.value(unit(w[i])));
    return values;
  });
}

}  // namespace nucella::philox
