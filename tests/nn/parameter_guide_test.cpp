// The examples of the guide to network parameters (MindSpore r1.5) that print numbers.
#include <gtest/gtest.h>

#include "nucella/base/context.h"
#include "nucella/nn/conv.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "nucella/tensor/format.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

class ParameterGuide : public testing::Test {
 protected:
  void SetUp() override {
    set_context({.random_stream = RandomStream::kR15});
    set_seed(1);
  }
  void TearDown() override { set_context({.random_stream = RandomStream::kV2}); }
  static std::string printed(nn::Conv2d& net) { return to_string(net(ones({1, 3, 16, 50}))) + "\n"; }
};

TEST_F(ParameterGuide, ConvolutionInitialisedByAName) {
  nn::Conv2d net(3, 64, 3, {.weight_init = "Normal"});
  EXPECT_EQ(printed(net), test::read_file(test::golden("r15_conv2d_normal.txt")));
}

TEST_F(ParameterGuide, ConvolutionInitialisedByAnInitializer) {
  nn::Conv2d net(3, 64, 3, {.weight_init = init::Normal(0.2)});
  EXPECT_EQ(printed(net), test::read_file(test::golden("r15_conv2d_normal_0.2.txt")));
}

TEST_F(ParameterGuide, ConvolutionInitialisedByATensor) {
  nn::Conv2d net(3, 64, 3, {.weight_init = ones({64, 3, 3, 3})});
  const Tensor y = net(ones({1, 3, 16, 50}));
  const std::vector<float> v = y.to_vector<float>();
  EXPECT_EQ(y.shape(), (Shape{1, 64, 16, 50}));
  EXPECT_EQ((std::vector<float>{v[0], v[1], v[51], v.back()}), (std::vector<float>{12, 18, 27, 12}));
}

TEST(Deterministic, ConvolutionGradientsAreTheSameOnAnyNumberOfThreads) {
  const Context before = get_context();
  const Tensor x = arange(-300, 468, 1, float32), w = arange(-20, 52, 1, float32);
  const auto run = [&](int threads) {
    set_context({.threads = threads, .deterministic = true});
    const Tensor image = ops::reshape(x, {4, 3, 8, 8}), weight = ops::reshape(w, {8, 3, 3, 1});
    const Tensor y = ops::conv2d(image, weight);
    const auto [dw, db] = ops::conv2d_weight_grad(image, ops::sin(y), {1, 1}, "valid", {0, 0, 0, 0}, {1, 1},
                                                  1, weight.shape(), true);
    return std::pair{y.to_vector<float>(), dw.to_vector<float>()};
  };
  const auto one = run(1), three = run(3);
  set_context({.threads = before.threads, .deterministic = before.deterministic});
  EXPECT_EQ(one, three);
}

}  // namespace
}  // namespace nucella
