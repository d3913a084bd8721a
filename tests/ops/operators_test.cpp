#include "nucella/ops/operators.h"

#include <gtest/gtest.h>

#include "nucella/tensor/create.h"

namespace nucella {
namespace {

std::vector<double> values(const Tensor& t) { return t.to_vector<double>(); }
using Doubles = std::vector<double>;

TEST(Operators, BetweenTensors) {
  const Tensor x = tensor({1, 2}), y = tensor({4, 8});
  EXPECT_EQ(values(x + y), (Doubles{5, 10}));
  EXPECT_EQ(values(x - y), (Doubles{-3, -6}));
  EXPECT_EQ(values(x * y), (Doubles{4, 16}));
  EXPECT_EQ(values(y / x), (Doubles{4, 4}));
  EXPECT_EQ(values(-x), (Doubles{-1, -2}));
  EXPECT_EQ(values(x < tensor({2, 2})), (Doubles{1, 0}));
  EXPECT_EQ((x == y).dtype(), bool_);
}

TEST(Operators, ScalarsFollowThePromotionTable) {
  EXPECT_EQ((tensor({1}, int32) + 2.5).dtype(), float32);
  EXPECT_EQ((tensor({1}, float16) + 2.5).dtype(), float16);
  EXPECT_EQ((tensor({1}, bool_) + 2).dtype(), int64);
  EXPECT_EQ((tensor({7}, int64) / tensor({2}, int64)).dtype(), float32);
  EXPECT_EQ(values(tensor({1}, int8) + 300), Doubles{45});
  EXPECT_EQ(values(tensor({1}, uint8) - 2), Doubles{255});
  EXPECT_EQ(values(1 - tensor({3})), Doubles{-2});
  EXPECT_EQ((tensor({1}, bool_) + true).dtype(), bool_);
}

}  // namespace
}  // namespace nucella
