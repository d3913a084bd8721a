#include "nucella/tensor/create.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nucella {
namespace {

using Floats32 = std::vector<float>;
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TEST(Create, FillsEveryDtype) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(values(full({2, 2}, 1, dtype)), (Floats32{1, 1, 1, 1}));
    EXPECT_EQ(zeros({0, 3}, dtype).size(), 0);
  }
}

TEST(Create, Arange) {
  EXPECT_EQ(values(arange(0, 5, 2)), (Floats32{0, 2, 4}));
  EXPECT_EQ(values(arange(5, 0, -2)), (Floats32{5, 3, 1}));
  EXPECT_EQ(values(arange(0, 1, 0.3, float32)), (Floats32{0, 0.3f, 0.6f, 0.9f}));
  EXPECT_EQ(arange(2, 2).size(), 0);
  EXPECT_THROW(arange(0, 5, 0), ValueError);
  EXPECT_THROW(arange(0, 5, -1), ValueError);
  EXPECT_THROW(arange(0, INFINITY), ValueError);
  EXPECT_THROW(arange(NAN, 5), ValueError);
}

TEST(Create, LinspaceEndsExactlyAtStop) {
  EXPECT_EQ(values(linspace(1, 10, 4)), (Floats32{1, 4, 7, 10}));
  EXPECT_EQ(values(linspace(1, 10, 1)), (Floats32{1}));
  EXPECT_EQ(values(linspace(0, 0.1, 7)).back(), 0.1f);
  EXPECT_THROW(linspace(1, 10, 0), ValueError);
}

TEST(Create, Eye) {
  EXPECT_EQ(values(eye(2, 3)), (Floats32{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(values(eye(3, 2, int32)), (Floats32{1, 0, 0, 1, 0, 0}));
  EXPECT_EQ(eye(0, 2).shape(), (Shape{0, 2}));
  EXPECT_THROW(eye(-1, 2), ValueError);
}

TEST(Create, FromDataNeedsTheRightCount) {
  EXPECT_EQ(tensor_of<int16_t>({1, 2, 3, 4}, {2, 2}).dtype(), int16);
  EXPECT_THROW(tensor_of<float>({1, 2, 3}, {2, 2}), ValueError);
  EXPECT_THROW(tensor({1, 2, 3}, {2, 2}), ValueError);
}

TEST(Create, DeferredShapesHaveNoData) {
  const Tensor t = Tensor::placeholder({3, kUnknownDim}, float32);
  EXPECT_FALSE(t.has_data());
  EXPECT_EQ(t.shape(), (Shape{3, -1}));
  EXPECT_THROW(t.raw_data(), RuntimeError);
  EXPECT_THROW(t.clone(), RuntimeError);
  EXPECT_THROW(t.item<float>(), Error);
}

}  // namespace
}  // namespace nucella
