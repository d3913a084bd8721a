#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/base/random.h"
#include "nucella/grad/grad.h"
#include "nucella/models/lenet.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/loss.h"
#include "nucella/nn/wrap.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;
using Floats = std::vector<float>;

std::vector<std::string> names_of(const Cell& cell) {
  std::vector<std::string> names;
  for (const Parameter& p : cell.get_parameters()) names.push_back(p.name());
  return names;
}

// Golden numbers: mindspore 2.10.0, ms.set_seed(1), nn.Dense(2, 2) and nn.Conv2d(1, 1, 2).
TEST(Dense, DefaultWeightsAreThoseOfMindSpore) {
  set_seed(1);
  const Dense dense(2, 2);
  EXPECT_EQ(dense.weight.to_vector<float>(),
            (Floats{0.4122728109359741F, -0.36132878065109253F, 0.24831634759902954F, -0.5307502150535583F}));
  EXPECT_EQ(dense.bias.to_vector<float>(), (Floats{-0.28297659754753113F, -0.023620644584298134F}));
}

TEST(Dense, ComputesOnAnyNumberOfLeadingAxes) {
  Dense dense(2, 3, {.weight_init = tensor({1, 2, 3, 4, 5, 6}, {3, 2}), .bias_init = tensor({1, 0, -1})});
  EXPECT_EQ(dense(tensor({1, 1})).to_vector<float>(), (Floats{4, 7, 10}));
  EXPECT_EQ(dense(tensor({1, 1, 1, 0}, {2, 2})).to_vector<float>(), (Floats{4, 7, 10, 2, 3, 4}));
  EXPECT_EQ(dense(zeros({4, 5, 2})).shape(), Shape({4, 5, 3}));
  EXPECT_EQ(dense(zeros({0, 2})).shape(), Shape({0, 3}));
}

TEST(Dense, ActivationByNameAndAsCell) {
  Dense named(1, 2, {.weight_init = tensor({1, -1}, {2, 1}), .has_bias = false, .activation = "relu"});
  EXPECT_EQ(named(tensor({3})).to_vector<float>(), (Floats{3, 0}));
  Dense cell(1, 2, {.weight_init = "ones", .activation = std::make_shared<Tanh>()});
  EXPECT_EQ(cell.find_child("activation")->class_name(), "Tanh");
  EXPECT_THROW(Dense(1, 2, {.activation = "rleu"}), KeyError);
}

TEST(Dense, PrintsAsMindSpore) {
  EXPECT_EQ(Dense(3, 4).repr(), "Dense(input_channels=3, output_channels=4, has_bias=True)");
  EXPECT_EQ(Dense(3, 4, {.has_bias = false}).repr(), "Dense(input_channels=3, output_channels=4)");
  EXPECT_EQ(Dense(3, 4, {.activation = "relu"}).repr(),
            "Dense(\n  input_channels=3, output_channels=4, has_bias=True, activation=ReLU()\n  "
            "(activation): ReLU()\n)");
}

TEST(Dense, TakesInitialValuesOfEveryKind) {
  EXPECT_EQ(Dense(1, 2, {.weight_init = "ones"}).weight.to_vector<float>(), (Floats{1, 1}));
  EXPECT_EQ(Dense(1, 2, {.weight_init = 0.5}).weight.to_vector<float>(), (Floats{0.5, 0.5}));
  EXPECT_EQ(Dense(1, 2, {.bias_init = init::Constant(3)}).bias.to_vector<float>(), (Floats{3, 3}));
  EXPECT_FALSE(Dense(1, 2, {.has_bias = false}).bias.defined());
  EXPECT_THAT(names_of(Dense(1, 2)), ElementsAre("weight", "bias"));
  EXPECT_THAT(
      [] {
        Dense(2, 2, {.weight_init = ones({2, 3})});
      },
      ThrowsMessage<ValueError>(HasSubstr("the initial value of 'weight' must be (2, 2), got (2, 3)")));
  EXPECT_THAT([] { Dense(0, 2); },
              ThrowsMessage<ValueError>(HasSubstr("'in_channels' must be greater than 0, got 0")));
  EXPECT_THROW(Dense(2, 2, {.weight_init = "no such thing"}), ValueError);
}

TEST(Dense, RefusesWrongInputs) {
  Dense dense(2, 3);
  EXPECT_THROW(dense(ones({4, 3})), ValueError);
  EXPECT_THROW(dense(ones({4, 2}, float16)), TypeError);
}

TEST(Dense, StaysDeclaredWithoutInitialisation) {
  const NoInitParameters no_init;
  Dense dense(2, 3);
  EXPECT_TRUE(dense.weight.has_init());
  EXPECT_EQ(dense(ones({1, 2})).shape(), Shape({1, 3}));
  EXPECT_FALSE(dense.weight.has_init());
}

TEST(Conv2d, DefaultWeightsAreThoseOfMindSpore) {
  set_seed(1);
  EXPECT_EQ(Conv2d(1, 1, 2).weight.to_vector<float>(),
            (Floats{0.2915209233760834F, -0.2554980516433716F, 0.17558617889881134F, -0.37529706954956055F}));
}

TEST(Conv2d, SamePaddingGoesBehind) {
  Conv2d even(1, 1, 2, {.weight_init = "ones"});
  EXPECT_EQ(even(ones({1, 1, 3, 3})).contiguous().to_vector<float>(), (Floats{4, 4, 2, 4, 4, 2, 2, 2, 1}));
  Conv2d strided(1, 1, 3, {.stride = 2, .weight_init = "ones"});
  EXPECT_EQ(strided(ones({1, 1, 4, 4})).contiguous().to_vector<float>(), (Floats{9, 6, 6, 4}));
}

TEST(Conv2d, CountsOnesAsInTheDocumentation) {
  Conv2d conv(3, 64, 3, {.weight_init = "ones"});
  const Tensor y = conv(ones({1, 3, 16, 50})).contiguous();
  ASSERT_EQ(y.shape(), Shape({1, 64, 16, 50}));
  const Floats values = y.to_vector<float>();
  EXPECT_EQ(values[0], 12);       // corner
  EXPECT_EQ(values[1], 18);       // edge
  EXPECT_EQ(values[50 + 1], 27);  // centre
}

TEST(Conv2d, BiasGroupsAndPadding) {
  Conv2d conv(2, 2, {1, 2},
              {.pad_mode = "pad",
               .padding = {0, 0, 1, 0},
               .group = 2,
               .has_bias = true,
               .weight_init = "ones",
               .bias_init = tensor({10, 20})});
  EXPECT_EQ(conv.weight.shape(), Shape({2, 1, 1, 2}));
  EXPECT_EQ(conv(tensor({1, 2, 3, 4}, {1, 2, 1, 2})).contiguous().to_vector<float>(),
            (Floats{11, 13, 23, 27}));
}

TEST(Conv2d, PrintsAsMindSpore) {
  EXPECT_EQ(Conv2d(3, 4, 3, {.weight_init = "normal"}).repr(),
            "Conv2d(input_channels=3, output_channels=4, kernel_size=(3, 3), stride=(1, 1), pad_mode=same, "
            "padding=0, "
            "dilation=(1, 1), group=1, has_bias=False, weight_init=normal, bias_init=None, format=NCHW)");
}

TEST(Conv2d, RefusesWrongArguments) {
  EXPECT_THROW(Conv2d(3, 4, 0), ValueError);
  EXPECT_THROW(Conv2d(3, 4, {1, 2, 3}), TypeError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.stride = 0}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.pad_mode = "same", .padding = 1}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.pad_mode = "pad", .padding = {1, 1}}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.pad_mode = "pad", .padding = -1}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.pad_mode = "full"}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.group = 2}), ValueError);
  EXPECT_THROW(Conv2d(3, 4, 3, {.data_format = "NHWC"}), ValueError);
  Conv2d conv(3, 4, 3);
  EXPECT_THROW(conv(ones({3, 8, 8})), ValueError);
  EXPECT_THROW(conv(ones({1, 2, 8, 8})), RuntimeError);
  EXPECT_THROW(conv(ones({1, 3, 8, 8}, float16)), TypeError);
}

TEST(Pool2d, MaximumAndMean) {
  const Tensor x = tensor({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 3, 3});
  EXPECT_EQ(MaxPool2d(2)(x).contiguous().to_vector<float>(), (Floats{5, 6, 8, 9}));
  EXPECT_EQ(AvgPool2d(2)(x).contiguous().to_vector<float>(), (Floats{3, 4, 6, 7}));
  EXPECT_EQ(MaxPool2d(2, {.stride = 2})(x).shape(), Shape({1, 1, 1, 1}));
  EXPECT_EQ(MaxPool2d(2, {.stride = 2, .pad_mode = "SAME"})(x).contiguous().to_vector<float>(),
            (Floats{5, 6, 8, 9}));
  EXPECT_EQ(MaxPool2d(2)(tensor({1, 2, 3, 4}, {1, 2, 2})).shape(), Shape({1, 1, 1}));  // no batch axis
}

TEST(Pool2d, PrintsAndRefuses) {
  EXPECT_EQ(MaxPool2d(2, {.stride = 2}).repr(), "MaxPool2d(kernel_size=2, stride=2, pad_mode=VALID)");
  EXPECT_EQ(AvgPool2d({2, 3}).repr(), "AvgPool2d(kernel_size=(2, 3), stride=1, pad_mode=VALID)");
  EXPECT_THROW(MaxPool2d(0), ValueError);
  EXPECT_THROW(MaxPool2d(2, {.pad_mode = "full"}), ValueError);
  EXPECT_THROW(MaxPool2d(2, {.padding = 1}), ValueError);
}

TEST(Activations, Values) {
  const Tensor x = tensor({-1, 0, 2});
  EXPECT_EQ(ReLU()(x).to_vector<float>(), (Floats{0, 0, 2}));
  EXPECT_THAT(Sigmoid()(x).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), Floats{0.26894142F, 0.5F, 0.88079708F}));
  EXPECT_THAT(Tanh()(x).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), Floats{-0.76159416F, 0, 0.96402758F}));
  EXPECT_THAT(Softmax()(x).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), Floats{0.04201007F, 0.11419520F, 0.84379473F}));
  EXPECT_EQ(Identity()(x).id(), x.id());
  EXPECT_EQ(ReLU().repr(), "ReLU()");
}

TEST(Flatten, JoinsAxes) {
  EXPECT_EQ(Flatten()(zeros({2, 3, 4})).shape(), Shape({2, 12}));
  EXPECT_EQ(Flatten(0, 1)(zeros({2, 3, 4})).shape(), Shape({6, 4}));
  EXPECT_EQ(Flatten().repr(), "Flatten()");
  EXPECT_THROW(Flatten(3)(zeros({2, 3})), ValueError);
}

// 5 i mod 11, for which MindSpore 2.10 gave the numbers below.
Tensor pattern(const Shape& shape) {
  Tensor t = Tensor::empty(shape);
  for (int64_t i = 0; i < t.size(); ++i) t.mutable_data<float>()[i] = static_cast<float>(5 * i % 11);
  return t;
}

TEST(MaxPool2d, ReturnsIndicesAsMindSpore) {
  MaxPool2d pool(
      {2, 3},
      {.stride = {2, 1}, .pad_mode = "pad", .padding = 1, .dilation = {3, 2}, .return_indices = true});
  const Tensors out = pool.call({pattern({1, 2, 5, 6})}).as<Tensors>();
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].to_vector<float>(), (Floats{10, 5, 10, 4, 4, 10, 4, 9, 6, 10, 6, 10, 10, 6, 10, 5}));
  EXPECT_EQ(out[1].to_vector<int>(),
            (std::vector<int>{13, 12, 13, 14, 25, 24, 25, 26, 13, 16, 13, 16, 27, 24, 27, 26}));
  EXPECT_EQ(out[1].dtype(), int64);
  const auto [largest, index] = pool.pool_with_indices(pattern({2, 5, 6}));
  EXPECT_EQ(largest.shape(), (Shape{2, 2, 4})) << "no batch axis";
  EXPECT_EQ(index.to_vector<int>(), out[1].to_vector<int>());
  EXPECT_THROW(pool(pattern({1, 2, 5, 6})), RuntimeError);
  EXPECT_EQ(pool.repr(), "MaxPool2d(kernel_size=(2, 3), stride=(2, 1), pad_mode=PAD)");
}

TEST(MaxPool2d, DilatedAsMindSpore) {
  MaxPool2d pool(2, {.pad_mode = "pad", .dilation = 2});
  const Tensor x = pattern({1, 2, 5, 6});
  EXPECT_EQ(pool(x).to_vector<float>(),
            (Floats{10, 10, 10, 9, 8, 7, 7, 6, 10, 10, 9, 9, 7, 6, 10, 10, 9, 9, 8, 8, 6, 10, 10, 10}));
  const Tensor dx = grad([&](const Tensor& t) { return pool(t); })(x);
  EXPECT_EQ(dx.to_vector<float>(), (Floats{0, 0, 2, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 1,
                                           0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1,
                                           0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0}));
}

TEST(MaxPool2d, IndicesOfTiesAndOfTheCeilMode) {
  MaxPool2d ceil(2, {.stride = 2, .pad_mode = "pad", .return_indices = true, .ceil_mode = true});
  EXPECT_EQ(std::get<1>(ceil.pool_with_indices(pattern({1, 1, 5, 6}))).to_vector<int>(),
            (std::vector<int>{6, 2, 4, 13, 15, 17, 24, 26, 28}));
  MaxPool2d plain(2, {.pad_mode = "pad", .return_indices = true});
  EXPECT_EQ(std::get<1>(plain.pool_with_indices(ones({1, 1, 3, 3}))).to_vector<int>(),
            (std::vector<int>{0, 1, 3, 4}));
}

TEST(MaxPool2d, RefusesDilationAndIndicesOutsideOfPad) {
  EXPECT_THROW(MaxPool2d(2, {.dilation = 2}), ValueError);
  EXPECT_THROW(MaxPool2d(2, {.return_indices = true}), ValueError);
  EXPECT_THROW(MaxPool2d(2, {.pad_mode = "pad", .dilation = 0}), ValueError);
  EXPECT_THROW(MaxPool2d(2, {.pad_mode = "pad", .dilation = {1, 1, 1}}), TypeError);
  MaxPool2d off(2, {.pad_mode = "pad", .padding = 1, .dilation = {1, 2}});
  EXPECT_THROW(off(ones({1, 1, 3, 1})), ValueError) << "all taps in the padding";
}

TEST(Dropout, OnlyWhileTraining) {
  set_seed(3);
  Dropout dropout({.p = 0.25});
  const Tensor x = ones({10000});
  EXPECT_EQ(dropout(x).id(), x.id());
  dropout.set_train();
  double sum = 0;
  for (float v : dropout(x).to_vector<float>()) {
    EXPECT_TRUE(v == 0 || std::abs(v - 4.0F / 3) < 1e-6F) << v;
    sum += v;
  }
  EXPECT_NEAR(sum / 10000, 1, 0.03);
}

TEST(Dropout, PrintsAndRefuses) {
  EXPECT_EQ(Dropout().repr(), "Dropout(keep_prob=0.5)");
  EXPECT_EQ(Dropout({.p = 0.3}).repr(), "Dropout(p=0.3)");
  EXPECT_THROW(Dropout({.p = 1.0}), ValueError);
  EXPECT_THROW(Dropout({.p = -0.1}), ValueError);
  EXPECT_THROW(Dropout({.keep_prob = 0.0}), ValueError);
}

TEST(Loss, SoftmaxCrossEntropy) {
  const Tensor logits = tensor({1, 2, 3, 1, 1, 1}, {2, 3});
  const Tensor classes = tensor_of<int32_t>(std::vector<int32_t>{2, 0}, {2});
  const Floats expected = {0.40760596F, 1.09861229F};
  EXPECT_THAT(SoftmaxCrossEntropyWithLogits({.sparse = true})(logits, classes).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), expected));
  const Tensor one_hot = tensor({0, 0, 1, 1, 0, 0}, {2, 3});
  EXPECT_THAT(SoftmaxCrossEntropyWithLogits()(logits, one_hot).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), expected));
  SoftmaxCrossEntropyWithLogits mean({.sparse = true, .reduction = "mean"}),
      sum({.sparse = true, .reduction = "sum"});
  EXPECT_NEAR(mean(logits, classes).item<float>(), 0.75310913F, 1e-6F);
  EXPECT_NEAR(sum(logits, classes).item<float>(), 1.50621825F, 1e-6F);
  EXPECT_EQ(mean(logits, classes).ndim(), 0);
  EXPECT_THROW(SoftmaxCrossEntropyWithLogits({.reduction = "average"}), ValueError);
  EXPECT_THROW(mean(logits, one_hot), TypeError);
}

TEST(Loss, MeanSquares) {
  EXPECT_EQ(MSELoss()(tensor({1, 2, 3}), tensor({1, 1, 1})).item<float>(), 5.0F / 3);
  EXPECT_EQ(MSELoss("sum")(tensor({1, 2, 3}), tensor({1, 1, 1})).item<float>(), 5);
  EXPECT_EQ(MSELoss("none")(tensor({1, 2, 3}), tensor({1, 1, 1})).to_vector<float>(), (Floats{0, 1, 4}));
}

TEST(WithLossCell, JoinsNetAndLoss) {
  Dense net(1, 1, {.weight_init = 2.0, .bias_init = 0});
  MSELoss loss;
  WithLossCell joined(net, loss);
  EXPECT_EQ(joined(Value(tensor({3}, {1, 1})), Value(tensor({5}, {1, 1}))).as<Tensor>().item<float>(), 1);
  EXPECT_THAT(names_of(joined),
              ElementsAre("weight", "bias"));  // no prefix: checkpoints keep the net's names
}

TEST(Models, LeNetNamesAndShapes) {
  models::LeNet5 net;
  EXPECT_THAT(names_of(net),
              ElementsAre("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight",
                          "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"));
  EXPECT_EQ(net(zeros({2, 1, 28, 28})).shape(), Shape({2, 10}));
}

}  // namespace
}  // namespace nucella::nn
