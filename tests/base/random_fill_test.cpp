#include "nucella/base/random_fill.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "nucella/base/error.h"
#include "nucella/base/parallel.h"

namespace nucella {
namespace {

using Kind = RandomKey::Kind;

uint64_t hash_of(std::span<const float> values) {
  uint64_t hash = 0, factor = 1;
  for (const float v : values) {
    factor *= 0x9E3779B97F4A7C15;
    hash += std::bit_cast<uint32_t>(v) * factor;
  }
  return hash;
}

enum Distribution { kNormal, kUniform, kTruncated };
struct Golden {
  Distribution distribution;
  std::array<double, 4> arguments;
  int64_t seed;
  size_t count;
  uint64_t hash;
};
constexpr Golden kGolden[] = {
#include "tests/base/random_fill_golden.inc"
};

void fill(const Golden& g, const RandomKey& key, std::span<float> out) {
  const auto& a = g.arguments;
  switch (g.distribution) {
    case kNormal:
      return fill_normal(key, out, a[0], a[1]);
    case kUniform:
      return fill_uniform(key, out, a[0], a[1]);
    case kTruncated:
      return fill_truncated_normal(key, out, a[0], a[1], a[2], a[3]);
  }
}

/// Sets the number of threads for one test.
class Threads {
 public:
  explicit Threads(int n) : before_(num_threads()) { set_num_threads(n); }
  ~Threads() { set_num_threads(before_); }

 private:
  int before_;
};

class RandomFill : public testing::TestWithParam<int> {};

TEST_P(RandomFill, GivesTheNumbersOfMindSpore2) {
  const Threads threads(GetParam());
  for (const Golden& g : kGolden) {
    set_seed(g.seed);
    std::vector<float> values(g.count + 1, 77.0f);
    fill(g, draw_key(Kind::kPhilox), std::span(values).first(g.count));
    ASSERT_EQ(hash_of(std::span(values).first(g.count)), g.hash)
        << "distribution " << g.distribution << ", seed " << g.seed << ", " << g.count << " elements";
    ASSERT_EQ(values.back(), 77.0f) << "written beyond the end";
  }
}
INSTANTIATE_TEST_SUITE_P(Threads, RandomFill, testing::Values(1, 2, 3));

struct Chained {
  int64_t seed;
  size_t count;
  int call;
  uint64_t hash;
};
constexpr Chained kChained[] = {
    {0, 1, 0, 0x5A9938A0F7398E9D},     {0, 4, 0, 0x8627C084560B182E},     {0, 5, 0, 0x5974A085244ECC86},
    {0, 16, 0, 0xA8D3B8A6730CF3D8},    {0, 17, 0, 0xDF387DCBF8A121FD},    {0, 27, 0, 0xDEC1A9025049012C},
    {0, 63, 0, 0x1AFA6B2B624FE16B},    {0, 64, 0, 0xF291390ECF75C3EF},    {0, 100, 0, 0xBE840DFE5FC0CCE1},
    {0, 1728, 0, 0xD499F6FB54CCF285},  {0, 20011, 0, 0x9BAD6DDD353DB106}, {1, 1, 0, 0xD33CF3D489A61A30},
    {1, 4, 0, 0x576D4C7B56E2715B},     {1, 5, 0, 0x9C942F83D95D6332},     {1, 16, 0, 0xA5B70A3A62AB1868},
    {1, 17, 0, 0x82BB20AD44076454},    {1, 27, 0, 0x2BB3B7DD393BD3BB},    {1, 63, 0, 0x2EE9D9C39EDC03FE},
    {1, 64, 0, 0xA1E7738727FB0142},    {1, 100, 0, 0x3AD4698F446F8715},   {1, 1728, 0, 0xAB30634DD18F5073},
    {1, 20011, 0, 0x620068512C031509}, {7, 1, 0, 0x5AD305A1E6FC173D},     {7, 4, 0, 0xC575CB40D7761BCF},
    {7, 5, 0, 0xF830E21AB505BED2},     {7, 16, 0, 0x0E73180F0E3F81FA},    {7, 17, 0, 0x8A013ADD727D35AA},
    {7, 27, 0, 0xBD39118EB4B09B5F},    {7, 63, 0, 0xC2738B194A34E54B},    {7, 64, 0, 0xFEBF06AF4D67A4AD},
    {7, 100, 0, 0x40A11CE41FC810E5},   {7, 1728, 0, 0x6CE29DAC2D809DEB},  {7, 20011, 0, 0x0C56D3D7F3512C05},
    {1, 300, 1, 0xCDE1EC9B95008A52},   {1, 300, 2, 0xFEF1D3BA5A76A0F4},
};

TEST(ChainedFill, GivesTheNumbersOfMindSpore15) {
  for (const int n : {1, 2}) {
    const Threads threads(n);
    for (const Chained& g : kChained) {
      set_seed(g.seed);
      for (int i = 0; i < g.call; ++i) draw_key(Kind::kChained);
      std::vector<float> values(g.count);
      fill_normal(draw_key(Kind::kChained), values, 0.0, 0.01);
      ASSERT_EQ(hash_of(values), g.hash)
          << "seed " << g.seed << ", " << g.count << " elements, call " << g.call;
    }
  }
}

TEST(ChainedFill, FirstNumbers) {
  set_seed(1);
  std::vector<float> weight(1728), next(4);
  const RandomKey first = draw_key(Kind::kChained), second = draw_key(Kind::kChained);
  fill_normal(second, next, 0, 1);
  fill_normal(first, weight, 0, 1);
  const std::vector<float> golden{-0.12802315f, -1.3929007f, 1.3088602f,
                                  -0.1078179f,  -1.2287776f, 1.9946936f};
  EXPECT_EQ(std::vector<float>(weight.begin(), weight.begin() + 6), golden);
  EXPECT_EQ(next, (std::vector<float>{-1.6461499f, -1.2044284f, -0.81380635f, -0.27092656f}));
}

TEST(NumpyFill, FollowsTheGenerator) {
  set_seed(1);
  const RandomKey uniform = draw_key(Kind::kNumpy, [](NumpyRandom& r) { r.skip(4); });
  const RandomKey next = draw_key(Kind::kNumpy);
  std::vector<float> values(2), later(1);
  fill_uniform(next, later, 0, 1);
  fill_uniform(uniform, values, 0, 1);
  EXPECT_EQ(values, (std::vector<float>{0.417022004702574f, 0.7203244934421581f}));
  EXPECT_EQ(later, (std::vector<float>{0.00011437481734488664f}));
}

TEST(NumpyFill, TruncatedNormalStaysInside) {
  set_seed(1);
  std::vector<float> values(20000);
  fill_truncated_normal(draw_key(Kind::kNumpy), values, 1.0, 0.5, 0.0, 2.0);
  double sum = 0;
  for (const float v : values) {
    ASSERT_GE(v, 0.0f);
    ASSERT_LE(v, 2.0f);
    sum += v;
  }
  EXPECT_NEAR(sum / 20000, 1.0, 0.02);
}

TEST(RandomFillErrors, AKeyOfAnotherKind) {
  std::vector<float> values(3, 5.0f);
  EXPECT_THROW(fill_normal({}, values, 0, 1), ValueError);
  EXPECT_THROW(fill_uniform(draw_key(Kind::kChained), values, 0, 1), ValueError);
  EXPECT_EQ(values, (std::vector<float>{5, 5, 5}));
}

TEST(RandomFillEdges, ZeroDeviationAndNothingToFill) {
  std::vector<float> values(50);
  fill_normal(draw_key(Kind::kPhilox), values, 1.5, 0);
  for (const float v : values) EXPECT_EQ(v, 1.5f);
  fill_normal(draw_key(Kind::kPhilox), {}, 0, 1);
  fill_uniform(draw_key(Kind::kNumpy), {}, 0, 1);
  fill_normal(draw_key(Kind::kChained), {}, 0, 1);
}

}  // namespace
}  // namespace nucella
