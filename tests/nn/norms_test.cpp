#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nn/batch_norm.h"
#include "nucella/nn/cell_grad.h"
#include "nucella/nn/containers.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/loss.h"
#include "nucella/nn/norm.h"
#include "nucella/ops/clip.h"
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

TEST(BatchNorm, MovesItsStatisticsWhileTraining) {
  BatchNorm1d norm(2, {.momentum = 0.5});
  const Tensor x = tensor({1, 10, 3, 30}, {2, 2});
  norm.set_train();
  EXPECT_THAT(norm(x).to_vector<float>(), Pointwise(FloatNear(1e-4F), Floats{-1, -1, 1, 1}));
  EXPECT_EQ(norm.moving_mean.to_vector<float>(), (Floats{1, 10}));
  EXPECT_EQ(norm.moving_variance.to_vector<float>(), (Floats{1.5, 100.5}));  // unbiased: 2 and 200
  norm.set_train(false);
  EXPECT_THAT(norm(tensor({1, 10}, {1, 2})).to_vector<float>(), Pointwise(FloatNear(1e-6F), Floats{0, 0}));
  EXPECT_EQ(norm.moving_mean.to_vector<float>(), (Floats{1, 10}));
}

TEST(BatchNorm, MovesItsStatisticsOnceUnderRecompute) {
  const Tensor x = tensor({1, 10, 3, 30}, {2, 2});
  const auto moved = [&](bool recompute) {
    BatchNorm1d norm(2);
    norm.set_train();
    if (recompute) norm.recompute();
    const GradResult result =
        value_and_grad([&](const Tensors& in) { return Tensors{ops::reduce_sum(ops::square(norm(in[0])))}; },
                       {x}, {.weights = as_weights(norm.trainable_params())});
    Floats all = norm.moving_mean.to_vector<float>();
    for (const Tensor& t : {Tensor(norm.moving_variance), result.weight_grads[0], result.weight_grads[1]})
      for (float v : t.to_vector<float>()) all.push_back(v);
    return all;
  };
  EXPECT_EQ(moved(true), moved(false));
}

TEST(BatchNorm, ReluInOneOpIsReluOfItsResult) {
  const auto run = [](bool fused, bool channels_last) {
    BatchNorm2d norm(5);
    norm.set_train();
    Tensor x = Tensor::empty({2, 5, 4, 8}), residual = Tensor::empty(x.shape());
    for (int64_t i = 0; i < x.size(); ++i) {
      x.mutable_data<float>()[i] = static_cast<float>(i * 37 % 101) / 50 - 1;
      residual.mutable_data<float>()[i] = static_cast<float>(i * 53 % 97) / 50 - 1;
    }
    if (channels_last) x = ops::transpose(ops::transpose(x, {0, 2, 3, 1}), {0, 3, 1, 2});
    const auto body = [&](const Tensors& in) {
      const Tensor y = fused ? norm.relu(norm.relu(in[0]), in[1])
                             : ops::relu(ops::add(norm(ops::relu(norm(in[0]))), in[1]));
      return Tensors{ops::mul(ops::reduce_mean(ops::mul(y, ops::square(y))), scalar(10))};
    };
    const GradResult result = value_and_grad(
        body, {x, residual}, {.grad_position = {0, 1}, .weights = as_weights(norm.trainable_params())});
    Floats all = norm.moving_variance.to_vector<float>();
    for (const Tensors* list : {&result.value, &result.input_grads, &result.weight_grads})
      for (const Tensor& t : *list)
        for (float v : t.to_vector<float>()) all.push_back(v);
    return all;
  };
  EXPECT_THAT(run(true, false), Pointwise(FloatNear(2e-3F), run(false, false)));
  EXPECT_THAT(run(true, true), Pointwise(FloatNear(2e-3F), run(false, false)));
}

TEST(BatchNorm, TrainsInAStackOfItself) {
  SequentialCell net{std::make_shared<BatchNorm1d>(2), std::make_shared<BatchNorm1d>(2)};
  net.set_train();
  const Tensor x = tensor({1, 10, 3, 30}, {2, 2});
  // The moving statistics change between the forward and the backward pass, which does not read them.
  const GradResult result =
      value_and_grad([&](const Tensors& in) { return Tensors{ops::reduce_sum(ops::square(net(in[0])))}; },
                     {x}, {.weights = as_weights(net.trainable_params())});
  EXPECT_NEAR(result.value[0].item<float>(), 4, 1e-3);
  EXPECT_EQ(result.weight_grads.size(), 4U);
}

TEST(BatchNorm, NamesAndErrors) {
  EXPECT_THAT(names_of(BatchNorm2d(3)), ElementsAre("mean", "variance", "gamma", "beta"));
  EXPECT_THAT(names_of(BatchNorm3d(3)),
              ElementsAre("bn2d.moving_mean", "bn2d.moving_variance", "bn2d.gamma", "bn2d.beta"));
  BatchNorm2d norm(3);
  EXPECT_THAT(
      [&] {
        norm(zeros({2, 3, 4}));
      },
      ThrowsMessage<ValueError>(HasSubstr("'BatchNorm2d', the input must have 4 dimensions")));
  EXPECT_THAT([&] { norm(zeros({2, 4, 1, 1})); }, ThrowsMessage<ValueError>(HasSubstr("'gamma'")));
  EXPECT_THROW(BatchNorm1d(3, {.momentum = 1.5}), ValueError);
}

TEST(LayerNorm, NormalisesTheLastAxes) {
  LayerNorm norm({2}, {.gamma_init = 2, .beta_init = 1});
  EXPECT_THAT(norm(tensor({1, 3, 10, 30}, {2, 2})).to_vector<float>(),
              Pointwise(FloatNear(1e-5F), Floats{-1, 3, -1, 3}));
  EXPECT_EQ(
      norm.repr(),
      "LayerNorm(normalized_shape=(2,), begin_norm_axis=-1, begin_params_axis=-1, gammaParameter "
      "(name=gamma, shape=(2,), dtype=Float32, requires_grad=True), beta=Parameter (name=beta, shape=(2,), "
      "dtype=Float32, requires_grad=True))");
}

TEST(GroupNorm, NormalisesGroupsOfChannels) {
  GroupNorm norm(2, 4);
  EXPECT_THAT(norm(tensor({1, 3, 10, 30}, {1, 4, 1})).to_vector<float>(),
              Pointwise(FloatNear(1e-4F), Floats{-1, 1, -1, 1}));
  EXPECT_THROW(GroupNorm(3, 4), ValueError);
}

TEST(InstanceNorm, AveragesItsStatisticsOverSamples) {
  InstanceNorm1d norm(1, {.momentum = 0.5});
  norm.set_train();
  EXPECT_THAT(norm(tensor({1, 3, 10, 30}, {2, 1, 2})).to_vector<float>(),
              Pointwise(FloatNear(1e-4F), Floats{-1, 1, -1, 1}));
  EXPECT_EQ(norm.moving_mean.to_vector<float>(), (Floats{5.5}));
  EXPECT_EQ(norm.moving_variance.to_vector<float>(), (Floats{51}));
}

TEST(CrossEntropyLoss, PassesOverIgnoredSamples) {
  CrossEntropyLoss loss({.ignore_index = 1});
  const Tensor logits = tensor({0, 0, 5, 5}, {2, 2});
  EXPECT_FLOAT_EQ(loss(logits, tensor_of(std::vector<int32_t>{0, 1}, {2})).item<float>(), 0.6931472F);
  EXPECT_THROW(CrossEntropyLoss({.label_smoothing = -1}), ValueError);
}

TEST(Dropout, MaskSaysWhatHasStayed) {
  const auto [output, mask] = dropout_with_mask(ones({40}), 0.5, 7);
  EXPECT_EQ(output.to_vector<float>(), ops::mul(mask, scalar(2)).to_vector<float>());
}

TEST(Clip, ScalesDownToTheNorm) {
  const Tensors clipped = ops::clip_by_global_norm({tensor({3}), tensor({4})}, 1);
  EXPECT_FLOAT_EQ(clipped[0].item<float>(), 0.6F);
  EXPECT_FLOAT_EQ(ops::clip_by_norm({tensor({3, 4})}, 100)[0].to_vector<float>()[1], 4);
  EXPECT_THROW(ops::clip_by_global_norm({}, 1), ValueError);
}

}  // namespace
}  // namespace nucella::nn
