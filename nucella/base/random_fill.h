// Fills float32 memory from a RandomKey: on any number of threads the numbers of MindSpore, bit for bit.
#pragma once
#include <span>

#include "nucella/base/random.h"

namespace nucella {

/// U(low, high). Key: kPhilox or kNumpy.
void fill_uniform(const RandomKey& key, std::span<float> out, double low, double high);
/// N(mean, sigma). Key: kPhilox, kChained or kNumpy.
void fill_normal(const RandomKey& key, std::span<float> out, double mean, double sigma);
/// N(mean, sigma) cut to the absolute interval [a, b], by inverting the cumulative distribution. Key: kPhilox
/// or kNumpy.
void fill_truncated_normal(const RandomKey& key, std::span<float> out, double mean, double sigma, double a,
                           double b);

}  // namespace nucella
