#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/base/random.h"
#include "nucella/models/lenet.h"
#include "nucella/nn/loss.h"
#include "nucella/nn/wrap.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/adam_weight_decay.h"
#include "nucella/optim/momentum.h"
#include "nucella/optim/sgd.h"
#include "nucella/optim/train_one_step.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"
#include "tests/support/optimizer_steps.h"

namespace nucella::nn {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;
using Floats = std::vector<float>;

const nlohmann::json& training() {
  static const auto document = nlohmann::json::parse(test::read_file(test::golden("training.json")));
  return document;
}

using Make = std::function<std::shared_ptr<Optimizer>(std::vector<Parameter>)>;

// Twenty steps end where MindSpore's do, and the parameters have MindSpore's names and order.
void expect_as_mindspore(const std::string& name, const Make& make) {
  const nlohmann::json& expected = training()["optimizers"][name];
  const std::vector<Parameter> params = test::fresh_parameters();
  const auto optimizer = make(params);
  for (int step = 0; step < test::kSteps; ++step) {
    optimizer->step({test::step_values({3, 2}, step), test::step_values({2}, step)});
    EXPECT_EQ(optimizer->steps(), step + 1);
  }
  test::expect_recorded(expected, params, *optimizer, name);
}

TEST(Optimizer, SgdAsMindSpore) {
  expect_as_mindspore("sgd", [](auto p) { return std::make_shared<SGD>(p, 0.1); });
  expect_as_mindspore("sgd_momentum", [](auto p) {
    return std::make_shared<SGD>(p, 0.1,
                                 SGDOptions{.momentum = 0.9, .dampening = 0.25, .weight_decay = 0.01});
  });
  expect_as_mindspore("sgd_nesterov", [](auto p) {
    return std::make_shared<SGD>(p, 0.1, SGDOptions{.momentum = 0.5, .nesterov = true});
  });
}

TEST(Optimizer, MomentumAsMindSpore) {
  expect_as_mindspore("momentum", [](auto p) { return std::make_shared<Momentum>(p, 0.1, 0.9); });
  expect_as_mindspore("momentum_decay", [](auto p) {
    return std::make_shared<Momentum>(p, 0.1, 0.9, MomentumOptions{.weight_decay = 0.01, .loss_scale = 4});
  });
}

// v = 0.5 v + g; w -= 0.1 (g + 0.5 v). MindSpore 2.10's CPU kernel leaves the flag out, so there is no golden
// number.
TEST(Optimizer, MomentumWithNesterov) {
  const Parameter w(tensor({0}), "w");
  Momentum momentum({w}, 0.1, 0.5, {.use_nesterov = true});
  momentum.step({tensor({1})});
  EXPECT_FLOAT_EQ(w.item<float>(), -0.15F);
  momentum.step({tensor({1})});
  EXPECT_FLOAT_EQ(w.item<float>(), -0.325F);
}

TEST(Optimizer, TableOfRatesAsMindSpore) {
  Floats rates;
  for (int i = 0; i < test::kSteps; ++i) rates.push_back(static_cast<float>(0.1 / (1 + i)));
  expect_as_mindspore("momentum_table", [&](auto p) { return std::make_shared<Momentum>(p, rates, 0.9); });
}

TEST(Optimizer, AdamAsMindSpore) {
  expect_as_mindspore("adam", [](auto p) { return std::make_shared<Adam>(p); });
  expect_as_mindspore("adam_nesterov", [](auto p) {
    return std::make_shared<Adam>(
        p, 0.01,
        AdamOptions{.beta1 = 0.8, .beta2 = 0.99, .eps = 1e-6, .use_nesterov = true, .weight_decay = 0.1});
  });
}

TEST(Optimizer, AdamWeightDecayAsMindSpore) {
  expect_as_mindspore("adam_weight_decay", [](auto p) {
    return std::make_shared<AdamWeightDecay>(
        p, 0.01, AdamWeightDecayOptions{.beta1 = 0.8, .beta2 = 0.99, .weight_decay = 0.1});
  });
}

struct HalvingRate : LearningRateSchedule {
  Tensor construct(const Tensor& step) override {
    return tensor({1.0F / static_cast<float>(1 << step.item<int>())});
  }
};

TEST(Optimizer, FollowsASchedule) {
  const Parameter w(tensor({0}), "w");
  SGD sgd({w}, std::make_shared<HalvingRate>());
  for (int i = 0; i < 3; ++i) sgd.step({tensor({1})});
  EXPECT_EQ(w.item<float>(), -1.75F);
}

TEST(Optimizer, ATableEndsWithAnError) {
  const Parameter w(tensor({0}), "w");
  SGD sgd({w}, Floats{1, 1});
  sgd.step({tensor({1})});
  sgd.step({tensor({1})});
  EXPECT_THAT([&] { sgd.step({tensor({1})}); },
              ThrowsMessage<RuntimeError>(HasSubstr("step 2 has no entry")));
  EXPECT_EQ(w.item<float>(), -2);
}

TEST(Optimizer, StateCostsNothingBeforeTheFirstStep) {
  const std::vector<Parameter> params = test::fresh_parameters();
  Adam adam(params);
  EXPECT_TRUE(adam.state().back().has_init());
  adam.step({test::step_values({3, 2}, 0), test::step_values({2}, 0)});
  EXPECT_FALSE(adam.state().back().has_init());
}

TEST(Optimizer, RefusesWrongArguments) {
  const std::vector<Parameter> params = test::fresh_parameters();
  EXPECT_THROW(SGD({}), ValueError);
  EXPECT_THROW(SGD(params, -0.1), ValueError);
  EXPECT_THROW(SGD(params, Floats{}), ValueError);
  EXPECT_THROW(SGD(params, zeros({2, 2})), ValueError);
  EXPECT_THROW(SGD(params, 0.1, {.momentum = -1}), ValueError);
  EXPECT_THROW(SGD(params, 0.1, {.nesterov = true}), ValueError);
  EXPECT_THROW(Momentum(params, 0.1, -0.9), ValueError);
  EXPECT_THROW(Momentum(params, 0.1, 0.9, {.weight_decay = -1}), ValueError);
  EXPECT_THROW(Momentum(params, 0.1, 0.9, {.loss_scale = 0}), ValueError);
  EXPECT_THROW(Adam(params, 0.1, {.beta1 = 1}), ValueError);
  EXPECT_THROW(Adam(params, 0.1, {.eps = 0}), ValueError);
}

TEST(Optimizer, RefusesWrongGradientsAndChangesNothing) {
  const std::vector<Parameter> params = test::fresh_parameters();
  const Floats before = params[0].to_vector<float>();
  SGD sgd(params);
  EXPECT_THROW(sgd.step({test::step_values({3, 2}, 0)}), ValueError);
  EXPECT_THAT(
      [&] {
        sgd.step({test::step_values({3, 2}, 0), test::step_values({3}, 0)});
      },
      ThrowsMessage<ValueError>(
          HasSubstr("the gradient of 'norm.gamma' must have the shape (2,), got (3,)")));
  EXPECT_EQ(params[0].to_vector<float>(), before);
  EXPECT_EQ(sgd.steps(), 0);
}

// Golden numbers: the same net, loss and steps in MindSpore 2.10.
TEST(TrainOneStepCell, LeNetLearnsAsInMindSpore) {
  set_seed(1);
  models::LeNet5 net;
  for (const Parameter& p : net.get_parameters()) {
    const auto expected = training()["lenet"]["first"][p.name()].get<Floats>();
    Floats first = p.to_vector<float>();
    first.resize(expected.size());
    EXPECT_EQ(first, expected) << p.name();
  }
  SoftmaxCrossEntropyWithLogits loss({.sparse = true, .reduction = "mean"});
  WithLossCell net_with_loss(net, loss);
  Momentum optimizer(net.trainable_params(), 0.01, 0.9);
  TrainOneStepCell step(net_with_loss, optimizer);
  const Tensor images = test::step_values({4, 1, 28, 28}, 3),
               labels = tensor_of(std::vector<int32_t>{3, 1, 4, 1}, {4});
  for (double expected : training()["lenet"]["losses"])
    EXPECT_NEAR(step(images, labels).item<double>(), expected, 2e-4);
}

TEST(TrainOneStepCell, SensScalesTheGradient) {
  Dense net(1, 1, {.weight_init = 0.0, .has_bias = false});
  MSELoss loss("sum");
  WithLossCell net_with_loss(net, loss);
  SGD sgd(net.trainable_params(), 1.0);
  TrainOneStepCell step(net_with_loss, sgd, 0.25);
  EXPECT_EQ(step(tensor({1}, {1, 1}), tensor({1}, {1, 1})).item<float>(),
            1);                               // the loss itself is not scaled
  EXPECT_EQ(net.weight.item<float>(), 0.5F);  // 0 - 0.25 * -2
  EXPECT_THROW(TrainOneStepCell(net_with_loss, sgd, 0.0), ValueError);
}

}  // namespace
}  // namespace nucella::nn
