// The random ops: what they draw, and that it follows from the seed alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nucella/base/parallel.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

constexpr int64_t kMany = 200000;
std::vector<double> values(const Tensor& t) { return t.to_vector<double>(); }

double mean(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}
double deviation(const std::vector<double>& v) {
  const double m = mean(v);
  double sum = 0;
  for (double x : v) sum += (x - m) * (x - m);
  return std::sqrt(sum / static_cast<double>(v.size()));
}

TEST(RandomOps, FollowFromTheSeedOnAnyNumberOfThreads) {
  const auto draw = [](int64_t seed) {
    std::vector<double> all;
    for (const Tensor& t : {ops::random_uniform({kMany}, 0, 1, seed), ops::random_normal({kMany}, 0, 1, seed),
                            ops::random_int({kMany}, 0, 1000, seed), ops::random_permutation(1000, seed)}) {
      const std::vector<double> v = values(t);
      all.insert(all.end(), v.begin(), v.end());
    }
    return all;
  };
  const std::vector<double> first = draw(7);
  {
    const OneThreadScope alone;
    EXPECT_EQ(draw(7), first);
  }
  EXPECT_NE(draw(8), first);
}

TEST(RandomOps, UniformStaysInItsRangeAndFillsIt) {
  for (DType dtype : {float16, bfloat16, float32, float64}) {
    const std::vector<double> v = values(ops::random_uniform({kMany}, -1, 3, 1, dtype));
    EXPECT_GE(*std::ranges::min_element(v), -1);
    EXPECT_LT(*std::ranges::max_element(v), 3);
    EXPECT_NEAR(mean(v), 1, 0.02);
    EXPECT_NEAR(deviation(v), 4 / std::sqrt(12.0), 0.02);
  }
}

TEST(RandomOps, NormalHasItsMeanAndDeviation) {
  const std::vector<double> v = values(ops::random_normal({kMany + 1}, 2, 3, 1));
  EXPECT_NEAR(mean(v), 2, 0.05);
  EXPECT_NEAR(deviation(v), 3, 0.05);
  EXPECT_TRUE(std::ranges::all_of(v, [](double x) { return std::isfinite(x); }));
}

TEST(RandomOps, IntegersReachEveryNumberAndNoOther) {
  const std::vector<double> v = values(ops::random_int({5000}, -2, 3, 1));
  for (double k = -2; k < 3; ++k) EXPECT_GT(std::ranges::count(v, k), 800) << k;
  EXPECT_EQ(std::ranges::count_if(v, [](double x) { return x < -2 || x >= 3; }), 0);
  const Tensor wide = ops::random_int({100}, INT64_MIN, INT64_MAX, 1);
  EXPECT_GT(ops::unique(wide)[0].size(), 98);
}

TEST(RandomOps, APermutationHoldsEveryNumberOnce) {
  std::vector<double> v = values(ops::random_permutation(1000, 3));
  EXPECT_FALSE(std::ranges::is_sorted(v));
  std::ranges::sort(v);
  for (size_t i = 0; i < v.size(); ++i) EXPECT_EQ(v[i], static_cast<double>(i));
}

TEST(RandomOps, MultinomialDrawsByWeight) {
  const std::vector<double> v = values(ops::multinomial(tensor({0, 1, 3, 0}), 20000, true, 5));
  EXPECT_EQ(std::ranges::count(v, 0) + std::ranges::count(v, 3), 0);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(v, 2)) / 20000, 0.75, 0.02);
  const Tensor order = ops::multinomial(tensor({1, 1, 1, 1, 1, 1}, {2, 3}), 3, false, 5);
  for (int64_t row : {0, 1}) {
    std::vector<double> drawn = values(ops::strided_slice(order, {row}, {row + 1}));
    std::ranges::sort(drawn);
    EXPECT_EQ(drawn, (std::vector<double>{0, 1, 2}));
  }
}

TEST(RandomOps, RefuseWeightsThatAreNone) {
  EXPECT_THROW(ops::multinomial(tensor({1, NAN}), 1), ValueError);
  EXPECT_THROW(ops::multinomial(tensor({1, INFINITY}), 1), ValueError);
  EXPECT_THROW(ops::multinomial(tensor({1, 0}), 2, false), ValueError);
}

}  // namespace
}  // namespace nucella
