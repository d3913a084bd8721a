#include "nucella/train/finite.h"

#include <gtest/gtest.h>

#include <limits>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::train {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

bool finite(const Tensors& tensors) { return all_finite(tensors).to_vector<bool>().front(); }

TEST(AllFinite, LooksAtEveryElement) {
  EXPECT_TRUE(finite({tensor({1, 2}), zeros({0, 3}), zeros({2}, int32)}));
  EXPECT_FALSE(finite({tensor({1, 2}), tensor({0, -kInfinity})}));
  EXPECT_FALSE(finite({tensor({std::numeric_limits<float>::quiet_NaN()})}));
  EXPECT_FALSE(finite({ops::cast(tensor({1e6F}), float16)}));
}

TEST(AllFinite, GivesABoolScalarAndNeedsTensors) {
  EXPECT_EQ(all_finite({tensor({1})}).dtype(), bool_);
  EXPECT_EQ(all_finite({tensor({1})}).shape(), Shape({}));
  EXPECT_THROW(all_finite({}), ValueError);
}

}  // namespace
}  // namespace nucella::train
