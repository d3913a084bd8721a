// Transposed convolutions, borders, other sizes, and likeness of images, from the side of C++.
#include "nucella/nn/image_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/grad/grad.h"
#include "nucella/nn/bidense.h"
#include "nucella/nn/conv.h"
#include "nucella/nn/image_quality.h"
#include "nucella/nn/padding.h"
#include "nucella/nn/small_layers.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"
#include "tests/support/gradcheck.h"

namespace nucella::nn {
namespace {

using Floats = std::vector<float>;
using test::expect_near;
using test::varied;

struct Decoder : CellOf<Decoder> {
  Conv2dTranspose up{*this, "up", 2, 1, 2, {.stride = 2, .has_bias = true}};
  ZeroPad2d pad{*this, "pad", 1};
  Tensor construct(const Tensor& x) { return pad(up(x)); }
};

TEST(Convolutions, AreMembersOfCells) {
  Decoder net;
  EXPECT_EQ(net(ones({1, 2, 3, 3})).shape(), (Shape{1, 1, 8, 8}));
  EXPECT_EQ(net.get_parameters().size(), 2U);
  EXPECT_EQ(net.up.weight.shape(), (Shape{2, 1, 2, 2}));
}

TEST(Convolutions, OfSignals) {
  Conv1d conv(1, 1, 2, {.pad_mode = "valid", .weight_init = "ones"});
  EXPECT_EQ(conv(tensor({1, 2, 4}, {1, 1, 3})).contiguous().to_vector<float>(), (Floats{3, 6}));
  Conv1dTranspose back(1, 1, 2, {.pad_mode = "valid", .weight_init = "ones"});
  EXPECT_EQ(back(tensor({1, 2}, {1, 1, 2})).contiguous().to_vector<float>(), (Floats{1, 3, 2}));
  EXPECT_THROW(Conv1d(1, 1, {1, 2}), TypeError);
  EXPECT_THROW(Conv1d(1, 1, 2, {.output_padding = 1}), ValueError);
  EXPECT_THROW(Conv3d(1, 1, 2, {.data_format = "NCHW"}), ValueError);
}

TEST(Borders, OfEachKind) {
  const Tensor x = tensor({1, 2, 3});
  EXPECT_EQ(ReflectionPad1d({2, 1})(x).to_vector<float>(), (Floats{3, 2, 1, 2, 3, 2}));
  EXPECT_EQ(ReplicationPad1d(1)(x).to_vector<float>(), (Floats{1, 1, 2, 3, 3}));
  EXPECT_EQ(ConstantPad1d({-1, 2}, 7)(x).to_vector<float>(), (Floats{2, 3, 7, 7}));
  EXPECT_EQ(Pad({{1, 2}}, "SYMMETRIC")(x).to_vector<float>(), (Floats{1, 1, 2, 3, 3, 2}));
  EXPECT_THROW(ReflectionPad1d(3)(x), ValueError);
  EXPECT_THROW(ReflectionPad1d({-1, 0}), ValueError);
}

TEST(Upsample, BySizeOrFactor) {
  const Tensor x = tensor({0, 3}, {1, 1, 2});
  EXPECT_EQ(Upsample({.scale_factor = {2}})(x).to_vector<float>(), (Floats{0, 0, 3, 3}));
  EXPECT_EQ(Upsample({.size = 4, .mode = "linear", .align_corners = true})(x).to_vector<float>(),
            (Floats{0, 1, 2, 3}));
  EXPECT_THROW(Upsample({})(x), ValueError);
  EXPECT_THROW(Upsample({.size = 4, .scale_factor = {2}})(x), ValueError);
}

TEST(SSIM, IsLargestForTheSameImage) {
  SSIM net({.filter_size = 5});
  const Tensor x = varied({2, 3, 9, 9});
  expect_near(net(x, x), ones({2}), 1e-5);
  const Tensor slope = grad([&](const Tensor& t) { return ops::reduce_sum(net(t, x)); })(x);
  expect_near(slope, zeros(x.shape()), 1e-4);
}

TEST(BiDense, IsBilinear) {
  BiDense net(2, 3, 4, {.has_bias = false});
  const Tensor a = varied({5, 2}), b = varied({5, 3});
  const Tensor two = scalar(2);
  expect_near(net(ops::mul(a, two), ops::mul(b, two)), ops::mul(net(a, b), scalar(4)), 1e-5);
}

TEST(ChannelDropout, ClearsWholeChannels) {
  set_seed(5);
  Dropout1d net(0.5);
  net.set_train();
  const Floats y = net(ones({4, 8, 3})).to_vector<float>();
  for (size_t i = 0; i < y.size(); ++i) {
    EXPECT_TRUE(y[i] == 0 || y[i] == 2) << y[i];
    EXPECT_EQ(y[i], y[i / 3 * 3]);
  }
}

}  // namespace
}  // namespace nucella::nn
