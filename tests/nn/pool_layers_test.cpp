// Pools of signals and volumes, adaptive and fractional ones, and what undoes them, from the side of C++.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nn/adaptive_pooling.h"
#include "nucella/nn/pooling.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using Floats = std::vector<float>;

struct Net : CellOf<Net> {
  MaxPool1d pool{*this, "pool", 2, {.stride = 2, .pad_mode = "pad"}};
  AdaptiveAvgPool1d mean{*this, "mean", 1};
  Tensor construct(const Tensor& x) { return mean(pool(x)); }
};

TEST(Pools, AreMembersOfCells) {
  Net net;
  EXPECT_EQ(net(tensor({1, 4, 2, 8}, {1, 1, 4})).to_vector<float>(), (Floats{6}));
  EXPECT_EQ(net.cells().size(), 2U);
}

TEST(Pools, OfSignalsAndVolumes) {
  const Tensor x = tensor({1, 3, 2, 5}, {1, 1, 4});
  EXPECT_EQ(MaxPool1d(2)(x).to_vector<float>(), (Floats{3, 3, 5}));
  EXPECT_EQ(AvgPool1d(2)(x).to_vector<float>(), (Floats{2, 2.5, 3.5}));
  EXPECT_EQ(AvgPool1d(3, {.stride = 2, .ceil_mode = true})(x).to_vector<float>(), (Floats{2, 3.5}));
  EXPECT_EQ(LPPool1d(1, 2)(x).to_vector<float>(), (Floats{4, 7}));
  const Tensor volume = tensor({1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 2, 2});
  EXPECT_EQ(MaxPool3d(2)(volume).to_vector<float>(), (Floats{8}));
  EXPECT_EQ(AvgPool3d({1, 2, 2})(volume).to_vector<float>(), (Floats{2.5, 6.5}));
  EXPECT_THROW(MaxPool1d({2, 2}), TypeError);
  EXPECT_THROW(AvgPool1d(2, {.divisor_override = 3}), ValueError);
}

TEST(MaxUnpool, TakesTheSizeOrMakesOne) {
  MaxUnpool1d back(2);
  const Tensor x = tensor({4, 6}, {1, 1, 2}), at = ops::cast(tensor({1, 2}, {1, 1, 2}), int64);
  EXPECT_EQ(back(x, at).to_vector<float>(), (Floats{0, 4, 6, 0}));
  EXPECT_EQ(back(x, at, Values{Value(5)}).to_vector<float>(), (Floats{0, 4, 6, 0, 0}));
  EXPECT_EQ(back.call({x, at}).as<Tensor>().shape(), (Shape{1, 1, 4}));
  EXPECT_THROW(back(x, at, Values{Value(1), Value(5)}), ValueError);
}

TEST(AdaptivePools, KeepAnExtent) {
  const Tensor x = tensor({1, 2, 3, 4, 5, 6}, {1, 2, 3});
  EXPECT_EQ(AdaptiveAvgPool2d({-1, 1})(x).to_vector<float>(), (Floats{2, 5}));
  AdaptiveMaxPool2d pool({1, 2}, true);
  const auto [values, places] = pool.pool_with_indices(x);
  EXPECT_EQ(values.to_vector<float>(), (Floats{5, 6}));
  EXPECT_EQ(places.to_vector<int>(), (std::vector<int>{4, 5}));
  EXPECT_THROW(pool(x), TypeError) << "there are two results";
}

TEST(FractionalMaxPool, DrawsWindowsAnew) {
  set_seed(1);
  FractionalMaxPool2d pool(2, {.output_ratio = {0.6}});
  Tensor x = arange(0, 200, 1, float32);
  x = ops::reshape(x, {1, 2, 10, 10});
  const Floats first = pool(x).to_vector<float>();
  EXPECT_NE(pool(x).to_vector<float>(), first);
  set_seed(1);
  EXPECT_EQ(pool(x).to_vector<float>(), first);
  EXPECT_THROW(FractionalMaxPool2d(2), ValueError);
}

}  // namespace
}  // namespace nucella::nn
