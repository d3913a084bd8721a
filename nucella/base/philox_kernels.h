// Vector kernels of the Philox fills, and the scalar formulas that they must agree with bit for bit.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>

#include "nucella/base/philox_fill.h"

namespace nucella::philox {

inline constexpr double kPi = 3.1415926f, kRoot2 = 1.4142135f;  // MindSpore's float constants

/// A uniform number in [0, 1) from a word.
inline double unit(uint32_t word) { return word * 0x1p-32; }

/// The cosine and sine twins of Box-Muller.
inline std::array<float, 2> normal_pair(uint32_t a, uint32_t b, double mean, double sigma) {
  const double radius = std::sqrt(-2.0 * std::log(static_cast<double>(small_uniform(a)))) * sigma;
  const double angle = 2.0 * kPi * static_cast<double>(small_uniform(b));
  return {static_cast<float>(mean + radius * std::cos(angle)),
          static_cast<float>(mean + radius * std::sin(angle))};
}

/// Blocks `first`... of the stream, four elements each, into `out`.
struct Task {
  uint64_t seed;
  uint64_t first;
  int64_t blocks;
  float* out;
};
/// Each does as many whole vectors as fit and returns the number of blocks done; the rest is left to the
/// scalar code.
int64_t uniform_blocks(const Task& task, double low, double width);
int64_t normal_blocks(const Task& task, double mean, double sigma);
int64_t truncated_normal_blocks(const Task& task, const Truncation& cut);

}  // namespace nucella::philox
