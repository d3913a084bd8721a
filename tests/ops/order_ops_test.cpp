// sort, topk, unique, median, searchsorted, cumulative products and extremes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Floats32 = std::vector<float>;
using Positions = std::vector<int64_t>;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
Positions positions(const Tensor& t) { return t.to_vector<int64_t>(); }

TEST(Sort, PutsNanLastAndKeepsEqualElementsInOrder) {
  const Tensor x = tensor({3, kNaN, -kInf, 3, -0.0f, 0, kInf});
  const auto [sorted, order] = ops::sort(x);
  EXPECT_EQ(positions(order), (Positions{2, 4, 5, 0, 3, 6, 1}));
  EXPECT_TRUE(std::isnan(values(sorted)[6]));
  EXPECT_TRUE(std::signbit(values(sorted)[1]));  // the elements themselves, not their keys
  EXPECT_EQ(positions(ops::sort(x, -1, true)[1]), (Positions{1, 6, 0, 3, 4, 5, 2}));
}

TEST(Sort, OrdersExtremesOfIntegers) {
  const std::vector<int64_t> numbers{0, INT64_MIN, INT64_MAX, -1};
  EXPECT_EQ(positions(ops::sort(tensor_of(numbers, {4}))[0]), (Positions{INT64_MIN, -1, 0, INT64_MAX}));
  const std::vector<uint64_t> unsigned_numbers{5, UINT64_MAX, 0};
  EXPECT_EQ(positions(ops::sort(tensor_of(unsigned_numbers, {3}))[1]), (Positions{2, 0, 1}));
}

TEST(Sort, AgreesWithTheStandardLibraryOnLongLines) {
  for (int64_t n : {1, 2, 63, 64, 1000, 70000, 300000}) {
    const Tensor x = ops::random_normal({n}, 0, 1, 5);
    std::vector<float> wanted = values(x);
    const auto [sorted, order] = ops::sort(x, 0, false, int64);
    std::ranges::sort(wanted);
    EXPECT_EQ(values(sorted), wanted) << n;
    EXPECT_EQ(values(ops::gather(x, order, 0)), wanted) << n;
    EXPECT_EQ(values(ops::sort(ops::neg(x), 0, true)[0]), values(ops::neg(sorted))) << n;
  }
}

TEST(TopK, TakesTheFirstOfTheSortedLine) {
  const Tensor x = ops::random_int({5, 3000}, -50, 50, 3, float32);
  for (int64_t k : {0, 1, 7, 200, 3000}) {
    const auto [best, places] = ops::topk(x, k);
    const auto [sorted, order] = ops::sort(x, -1, true);
    EXPECT_EQ(values(best), values(ops::strided_slice(sorted, {0, 0}, {5, k}))) << k;
    EXPECT_EQ(positions(places), positions(ops::strided_slice(order, {0, 0}, {5, k}))) << k;
  }
}

TEST(TopK, LeavesThemWhereTheyStandOnRequest) {
  const auto [best, places] = ops::topk(tensor({1, 5, kNaN, 7, 2}), 3, -1, true, false);
  EXPECT_EQ(positions(places), (Positions{1, 2, 3}));
  EXPECT_EQ(positions(ops::topk(tensor({1, 5, kNaN, 7, 2}), 2, -1, false)[1]), (Positions{0, 4}));
}

TEST(Unique, CountsInOrderOrAsTheyOccur) {
  const Tensor x = tensor_of(Positions{5, 1, 2, 5, 2, 5}, {2, 3});
  const auto [sorted, inverse, counts] = ops::unique(x);
  EXPECT_EQ(positions(sorted), (Positions{1, 2, 5}));
  EXPECT_EQ(positions(inverse), (Positions{2, 0, 1, 2, 1, 2}));
  EXPECT_EQ(inverse.shape(), x.shape());
  EXPECT_EQ(positions(counts), (Positions{1, 2, 3}));
  const auto [seen, where, times] = ops::unique(x, false);
  EXPECT_EQ(positions(seen), (Positions{5, 1, 2}));
  EXPECT_EQ(positions(where), (Positions{0, 1, 2, 0, 2, 0}));
  EXPECT_EQ(positions(times), (Positions{3, 1, 2}));
}

TEST(Unique, HoldsEveryNanAndNothingOfNothing) {
  EXPECT_EQ(ops::unique(tensor({kNaN, 1, kNaN}))[0].size(), 3);
  EXPECT_EQ(ops::unique(zeros({0, 3}))[1].shape(), (Shape{0, 3}));
}

TEST(Median, TakesTheLowerMiddle) {
  const auto [middle, place] = ops::median(tensor({3, 2, 5, 1}));
  EXPECT_EQ(values(middle), (Floats32{2}));
  EXPECT_EQ(positions(place), (Positions{1}));
}

TEST(SearchSorted, FindsBothEndsOfEqualNumbers) {
  const Tensor rising = tensor({1, 3, 3, 5}), wanted = tensor({0, 3, 9, kNaN});
  EXPECT_EQ(positions(ops::searchsorted(rising, wanted)), (Positions{0, 1, 4, 4}));
  EXPECT_EQ(positions(ops::searchsorted(rising, wanted, true)), (Positions{0, 3, 4, 4}));
}

TEST(CumProd, HasARightGradientThroughZeros) {
  const Tensor x = tensor({2, 0, 3, 0, 5});
  Tape tape;
  tape.watch(x);
  Tensor sum;
  {
    TapeScope scope(tape);
    sum = ops::reduce_sum(ops::cumprod(x, 0));
  }
  // d/dx1 of x0 + x0 x1 + x0 x1 x2 + ...: every product without the factor itself.
  EXPECT_EQ(values(tape.backward({sum}, {}, {x})[0]), (Floats32{1, 8, 0, 0, 0}));
}

TEST(CumMax, StaysAtNanAndTellsTheLastOfEquals) {
  const auto [best, places] = ops::cummax(tensor({1, 3, 3, kNaN, 9}), 0);
  EXPECT_EQ(positions(places), (Positions{0, 1, 2, 3, 3}));
  EXPECT_TRUE(std::isnan(values(best)[4]));
  EXPECT_EQ(values(ops::cummin(tensor({2, 3, 1}), 0)[0]), (Floats32{2, 2, 1}));
}

}  // namespace
}  // namespace nucella
