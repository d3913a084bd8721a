#include "nucella/base/philox_fill.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "nucella/base/erf_inv.h"
#include "nucella/base/parallel.h"
#include "nucella/base/philox_kernels.h"
#include "nucella/base/random.h"

namespace nucella::philox {
namespace {

constexpr int64_t kGrain = 1 << 12;  // blocks of four elements

/// In parallel: `vectors(task)` fills whole blocks and says how many, `make(words)` -> four floats the
/// others.
template <class Vectors, class Make>
void fill_blocks(uint64_t seed, std::span<float> out, Vectors vectors, Make make) {
  const auto n = static_cast<int64_t>(out.size());
  parallel_for(0, (n + 3) / 4, kGrain, [&](int64_t first, int64_t last) {
    const int64_t whole = std::min(last, n / 4) - first;
    const Philox4x32 random(seed);
    for (int64_t block =
             first + vectors(Task{seed, static_cast<uint64_t>(first), whole, out.data() + 4 * first});
         block < last; ++block) {
      const std::array<float, 4> values = make(random.block(static_cast<uint64_t>(block)));
      std::copy_n(values.begin(), std::min<int64_t>(4, n - 4 * block), out.begin() + 4 * block);
    }
  });
}

/// `value` of each word of a block.
template <class Value>
std::array<float, 4> for_each_word(const std::array<uint32_t, 4>& w, Value value) {
  return {static_cast<float>(value(w[0])), static_cast<float>(value(w[1])), static_cast<float>(value(w[2])),
          static_cast<float>(value(w[3]))};
}

}  // namespace

void fill_uniform(uint64_t seed, std::span<float> out, float low, float high) {
  const double a = low, width = double{high} - a;
  fill_blocks(
      seed, out, [&](const Task& task) { return uniform_blocks(task, a, width); },
      [&](const std::array<uint32_t, 4>& w) {
        return for_each_word(w, [&](uint32_t word) { return width * unit(word) + a; });
      });
}

void fill_normal(uint64_t seed, std::span<float> out, float mean, float sigma) {
  fill_blocks(
      seed, out, [&](const Task& task) { return normal_blocks(task, mean, sigma); },
      [&](const std::array<uint32_t, 4>& w) {
        const auto low = normal_pair(w[0], w[1], mean, sigma), high = normal_pair(w[2], w[3], mean, sigma);
        return std::array<float, 4>{low[0], low[1], high[0], high[1]};
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
  fill_blocks(
      seed, out, [&](const Task& task) { return truncated_normal_blocks(task, cut); },
      [&](const std::array<uint32_t, 4>& w) {
        return for_each_word(w, [&](uint32_t word) { return cut.value(unit(word)); });
      });
}

}  // namespace nucella::philox
