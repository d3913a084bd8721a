#include "nucella/optim/loss_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "nucella/ops/ops.h"
#include "nucella/optim/sgd.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

struct Linear : CellOf<Linear> {
  Parameter w{*this, "w", ones({1})};
  Tensor construct(const Tensor& x) { return ops::reduce_sum(ops::mul(w, x)); }
};

TEST(LossScale, AFixedScaleGivesTheStepOfNone) {
  auto net = std::make_shared<Linear>();
  auto optimizer = std::make_shared<SGD>(std::vector<Parameter>{net->w}, 0.5);
  TrainOneStepWithLossScaleCell step(net, optimizer, std::make_shared<FixedLossScaleUpdateCell>(1024.0));
  const auto [loss, overflow, scale] = step.call({full({1}, 3)}).as<std::tuple<Tensor, Tensor, Tensor>>();
  EXPECT_FLOAT_EQ(loss.item<float>(), 3);
  EXPECT_FALSE(overflow.item<bool>());
  EXPECT_EQ(overflow.shape(), Shape{});
  EXPECT_FLOAT_EQ(scale.item<float>(), 1024);
  EXPECT_FLOAT_EQ(net->w.item<float>(), 1 - 0.5F * 3);
}

TEST(LossScale, AStepThatOverflowsIsLeftOutAndLowersTheScale) {
  auto net = std::make_shared<Linear>();
  auto optimizer = std::make_shared<SGD>(std::vector<Parameter>{net->w}, 0.5);
  auto update = std::make_shared<DynamicLossScaleUpdateCell>(8, 2, 2);
  TrainOneStepWithLossScaleCell step(net, optimizer, update);
  constexpr double kInf = std::numeric_limits<double>::infinity();
  std::vector<float> scales;
  for (double x : {1.0, 1.0, 1.0, kInf, kInf, kInf, kInf, 1.0}) {
    const float before = net->w.item<float>();
    const auto [loss, overflow, scale] = step.call({full({1}, x)}).as<std::tuple<Tensor, Tensor, Tensor>>();
    EXPECT_EQ(overflow.item<bool>(), x == kInf);
    EXPECT_EQ(net->w.item<float>() == before, x == kInf);
    scales.push_back(scale.item<float>());
  }
  EXPECT_THAT(scales, ElementsAre(8, 16, 16, 8, 4, 2, 1, 1));
  EXPECT_EQ(optimizer->steps(), 4);
}

TEST(LossScale, ItsParametersHaveMindSporesNames) {
  auto net = std::make_shared<Linear>();
  auto optimizer = std::make_shared<SGD>(std::vector<Parameter>{net->w}, 0.5);
  TrainOneStepWithLossScaleCell step(net, optimizer, std::make_shared<DynamicLossScaleUpdateCell>(8, 2, 2));
  std::vector<std::string> names;
  for (const Parameter& p : step.get_parameters()) names.push_back(p.name());
  EXPECT_THAT(names,
              testing::IsSupersetOf({"scale_sense", "current_iterator_step", "last_overflow_iterator_step"}));
}

TEST(LossScale, AScaleOfOnesOwn) {
  auto net = std::make_shared<Linear>();
  auto optimizer = std::make_shared<SGD>(std::vector<Parameter>{net->w}, 0.5);
  TrainOneStepWithLossScaleCell step(net, optimizer, full({1}, 4));
  step.set_sense_scale(full({1}, 2));
  EXPECT_FLOAT_EQ(step.scale_sense().item<float>(), 2);
  EXPECT_THAT([&] { TrainOneStepWithLossScaleCell(net, optimizer, zeros({2})); },
              ThrowsMessage<ValueError>(HasSubstr("'scale_sense' must be () or (1,), got (2,)")));
  EXPECT_THAT([] { DynamicLossScaleUpdateCell(8, 0, 2); },
              ThrowsMessage<ValueError>(HasSubstr("'scale_factor'")));
}

}  // namespace
}  // namespace nucella::nn
