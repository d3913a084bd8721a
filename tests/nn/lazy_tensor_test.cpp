#include "nucella/nn/lazy_tensor.h"

#include <gtest/gtest.h>

#include "nucella/nucella.h"

namespace nucella {
namespace {

TEST(LazyTensor, HasNoDataUntilInitDataFillsItInPlace) {
  const Tensor lazy = as_tensor(initializer("ones", {2, 3}, float16));
  ASSERT_NE(lazy_of(lazy), nullptr);
  EXPECT_EQ(lazy_of(lazy)->init->class_name(), "One");
  EXPECT_EQ(lazy.shape(), (Shape{2, 3}));
  EXPECT_THROW(ops::add(lazy, lazy), RuntimeError);
  EXPECT_TRUE(same(init_data(lazy), lazy));
  EXPECT_EQ(lazy.to_vector<float>(), std::vector<float>(6, 1.0f));
  EXPECT_EQ(lazy_of(lazy), nullptr);
  EXPECT_THROW(init_data(lazy), TypeError);
}

TEST(LazyTensor, DrawsWhenItIsFilledNotWhenItIsMade) {
  set_seed(1);
  const Tensor first = as_tensor(initializer("normal", {4}));
  const Tensor second = as_tensor(initializer("normal", {4}));
  init_data(second);
  init_data(first);
  set_seed(1);
  EXPECT_EQ(second.to_vector<float>(), initializer("normal", {4}).init_data().to_vector<float>());
  EXPECT_EQ(first.to_vector<float>(), initializer("normal", {4}).init_data().to_vector<float>());
}

TEST(LazyTensor, OrdinaryTensorsHaveNoRecipe) {
  EXPECT_EQ(lazy_of(tensor({1.0f})), nullptr);
  EXPECT_EQ(lazy_of(Tensor()), nullptr);
  EXPECT_THROW(init_data(tensor({1.0f})), TypeError);
}

}  // namespace
}  // namespace nucella
