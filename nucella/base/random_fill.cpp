#include "nucella/base/random_fill.h"

#include <algorithm>
#include <cmath>

#include "nucella/base/error.h"
#include "nucella/base/parallel.h"
#include "nucella/base/philox_fill.h"

namespace nucella {
namespace {

using Kind = RandomKey::Kind;

[[noreturn]] void refuse(std::string_view what, const RandomKey& key) {
  raise<ValueError>(what, ": a key of kind ", static_cast<int>(key.kind),
                    " was not drawn for this distribution");
}

/// The Normal of MindSpore r1.5: 16 chains side by side, in each of which a Philox output becomes the next
/// counter.
class Chain {
 public:
  Chain(const RandomKey& key, uint64_t skipped_blocks)
      : key_{static_cast<uint32_t>(key.seed), static_cast<uint32_t>(key.seed >> 32)},
        counter_{static_cast<uint32_t>(skipped_blocks), static_cast<uint32_t>(skipped_blocks >> 32),
                 key.generator, 0} {}

  std::array<uint32_t, 4> next() {
    auto& c = counter_;
    for (int round = 0; round < 10; ++round) {
      const uint64_t p0 = uint64_t{0xD2511F53} * c[0], p1 = uint64_t{0xCD9E8D57} * c[2];
      // r1.5 mixes the first key word into both halves and never rewinds the key.
      c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ key_[0], static_cast<uint32_t>(p1),
           static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ key_[0], static_cast<uint32_t>(p0)};
      key_[0] += 0x9E3779B9;
      key_[1] += 0xBB67AE85;
    }
    for (uint32_t& word : c)
      if (++word != 0) break;
    return c;
  }

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
};

/// The sine and cosine twins of Box-Muller as r1.5 has them, with pi = 3.14 and float32 functions.
std::array<float, 2> chained_pair(uint32_t a, uint32_t b) {
  constexpr float kTwoPi = 2.0f * 3.14f;
  const double radius = std::sqrt(-2.0 * static_cast<double>(std::log(philox::small_uniform(a))));
  const float angle = kTwoPi * philox::small_uniform(b);
  return {static_cast<float>(radius * static_cast<double>(std::sin(angle))),
          static_cast<float>(radius * static_cast<double>(std::cos(angle)))};
}

void fill_chained_normal(const RandomKey& key, std::span<float> out, float mean, float sigma) {
  const auto n = static_cast<int64_t>(out.size());
  const int64_t chains = n > 16 ? 16 : 1, base = n / chains;
  parallel_for(0, chains, 1, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      const int64_t begin = base * t, size = t == chains - 1 ? n - begin : base;
      Chain chain(key, static_cast<uint64_t>((size * t + 3) / 4));
      for (int64_t i = 0; i < size; i += 4) {
        const auto w = chain.next();
        const auto low = chained_pair(w[0], w[1]), high = chained_pair(w[2], w[3]);
        const std::array<float, 4> values{low[0], low[1], high[0], high[1]};
        for (int64_t j = 0; j < std::min<int64_t>(4, size - i); ++j)
          out[static_cast<size_t>(begin + i + j)] = values[static_cast<size_t>(j)] * sigma + mean;
      }
    }
  });
}

template <class Draw>
void fill_from_numpy(const RandomKey& key, std::span<float> out, Draw draw) {
  NumpyRandom random = key.numpy();
  for (float& value : out) value = static_cast<float>(draw(random));
}

}  // namespace

void fill_uniform(const RandomKey& key, std::span<float> out, double low, double high) {
  switch (key.kind) {
    case Kind::kPhilox:
      return philox::fill_uniform(key.seed, out, static_cast<float>(low), static_cast<float>(high));
    case Kind::kNumpy:
      return fill_from_numpy(key, out, [&](NumpyRandom& r) { return low + (high - low) * r.sample(); });
    default:
      refuse("fill_uniform", key);
  }
}

void fill_normal(const RandomKey& key, std::span<float> out, double mean, double sigma) {
  switch (key.kind) {
    case Kind::kPhilox:
      return philox::fill_normal(key.seed, out, static_cast<float>(mean), static_cast<float>(sigma));
    case Kind::kChained:
      return fill_chained_normal(key, out, static_cast<float>(mean), static_cast<float>(sigma));
    case Kind::kNumpy:
      return fill_from_numpy(key, out, [&](NumpyRandom& r) { return mean + sigma * r.gauss(); });
    case Kind::kNone:
      break;
  }
  refuse("fill_normal", key);
}

void fill_truncated_normal(const RandomKey& key, std::span<float> out, double mean, double sigma, double a,
                           double b) {
  const philox::Truncation cut(static_cast<float>(mean), static_cast<float>(sigma), static_cast<float>(a),
                               static_cast<float>(b));
  switch (key.kind) {
    case Kind::kPhilox:
      return philox::fill_truncated_normal(key.seed, out, cut);
    case Kind::kNumpy:
      return fill_from_numpy(key, out, [&](NumpyRandom& r) { return cut.value(r.sample()); });
    default:
      refuse("fill_truncated_normal", key);
  }
}

}  // namespace nucella
