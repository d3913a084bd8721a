// The fills of MindSpore 2.x's stream: element i depends on word i (normal: on its pair) of Philox4x32(seed).
#pragma once
#include <bit>
#include <cstdint>
#include <span>

namespace nucella::philox {

void fill_uniform(uint64_t seed, std::span<float> out, float low, float high);
void fill_normal(uint64_t seed, std::span<float> out, float mean, float sigma);

/// N(mean, sigma) cut to [a, b] as a function of a uniform number.
struct Truncation {
  Truncation(float mean, float sigma, float a, float b);
  /// The value at which a share `u` in [0, 1) of the cut distribution lies below.
  double value(double u) const;

  double mean, sigma;
  double low, width;  // the distribution function at a, and at b less that at a
};
void fill_truncated_normal(uint64_t seed, std::span<float> out, const Truncation& cut);

/// A uniform float of 23 bits from a word, at least 1e-7.
inline float small_uniform(uint32_t word) {
  const float u = std::bit_cast<float>((word & 0x7FFFFFu) | 0x3F800000u) - 1.0f;
  return u < 1e-7f ? 1e-7f : u;
}

}  // namespace nucella::philox
