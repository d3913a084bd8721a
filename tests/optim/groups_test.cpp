#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/ops/ops.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/momentum.h"
#include "nucella/optim/sgd.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"
#include "tests/support/optimizer_steps.h"

namespace nucella::nn {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;
using Floats = std::vector<float>;

struct Params {
  Parameter conv{test::step_values({2, 16}, 300), "conv.weight"};
  Parameter fc{test::step_values({3, 2}, 100), "fc.weight"};
  Parameter gamma{test::step_values({2}, 200), "norm.gamma"};
};

struct Hyperbola : LearningRateSchedule {
  Tensor construct(const Tensor& step) override {
    return ops::real_div(scalar(0.1), ops::add(scalar(1), ops::cast(step, float32)));
  }
};

Floats table(bool reversed = false) {
  Floats rates;
  for (int i = 0; i < test::kSteps; ++i)
    rates.push_back(static_cast<float>(0.1 / (1 + (reversed ? test::kSteps - 1 - i : i))));
  return rates;
}

std::vector<ParamGroup> groups(const std::string& kind, const Params& p) {
  const std::vector<Parameter> conv{p.conv}, fc{p.fc}, gamma{p.gamma};
  if (kind == "rates")
    return {
        {.params = {p.fc, p.gamma}}, {.params = conv, .lr = 0.05}, {.order_params = {p.conv, p.fc, p.gamma}}};
  if (kind == "decay") return {{.params = {p.gamma, p.conv}, .weight_decay = 0.02}, {.params = fc}};
  if (kind == "both")
    return {{.params = fc, .lr = 0.02, .weight_decay = 0.0}, {.params = {p.conv, p.gamma}, .lr = 0.2}};
  if (kind == "tables") return {{.params = conv, .lr = table()}, {.params = {p.fc, p.gamma}}};
  if (kind == "default_table")
    return {{.params = conv, .lr = 0.05},
            {.params = gamma},
            {.order_params = {p.fc, p.conv, p.gamma}},
            {.params = fc, .lr = table(true)}};
  return {{.params = conv, .lr = std::make_shared<Hyperbola>()}, {.params = {p.fc, p.gamma}}};
}

using Make = std::function<std::shared_ptr<Optimizer>(const OptimizerParams&, const LearningRate&)>;

void expect_as_mindspore(const std::string& name, const Make& make) {
  const auto golden = nlohmann::json::parse(test::read_file(test::golden("groups.json")))[name];
  for (const auto& [kind, expected] : golden.items()) {
    const Params p;
    const auto optimizer =
        make(groups(kind, p), kind == "default_table" ? LearningRate(table()) : LearningRate(0.1));
    for (int step = 0; step < test::kSteps; ++step) {
      Tensors gradients;
      for (const Parameter& param : optimizer->parameters())
        gradients.push_back(test::step_values(param.shape(), step));
      optimizer->step(gradients);
    }
    std::vector<std::string> names, rates;
    for (const Parameter& param : optimizer->get_parameters()) names.push_back(param.name());
    EXPECT_EQ(names, expected["parameters"].get<std::vector<std::string>>()) << kind;
    for (const Parameter& param : {p.conv, p.fc, p.gamma}) {
      EXPECT_THAT(param.to_vector<float>(),
                  Pointwise(FloatNear(1e-5F), expected["values"][param.name()].get<Floats>()))
          << kind << ' ' << param.name();
      const Parameter rate = optimizer->get_lr_parameter(param).parameter();
      rates.push_back(rate.defined() && kind != "schedule" ? rate.name() : "");
    }
    EXPECT_EQ(rates, expected["rates"].get<std::vector<std::string>>()) << kind;
    EXPECT_EQ((std::vector<bool>{optimizer->is_group(), optimizer->is_group_lr(),
                                 optimizer->is_group_params_ordered(), optimizer->dynamic_lr()}),
              expected["flags"].get<std::vector<bool>>())
        << kind;
    EXPECT_EQ(optimizer->decay_flags(), expected["decay_flags"].get<std::vector<bool>>()) << kind;
  }
}

TEST(ParamGroups, SgdAsMindSpore) {
  expect_as_mindspore("sgd", [](const OptimizerParams& p, const LearningRate& lr) {
    return std::make_shared<SGD>(p, lr, SGDOptions{.momentum = 0.9, .dampening = 0.25, .weight_decay = 0.01});
  });
}

TEST(ParamGroups, MomentumAsMindSpore) {
  expect_as_mindspore("momentum", [](const OptimizerParams& p, const LearningRate& lr) {
    return std::make_shared<Momentum>(p, lr, 0.9, MomentumOptions{.weight_decay = 0.01, .loss_scale = 4});
  });
}

TEST(ParamGroups, AdamAsMindSpore) {
  expect_as_mindspore("adam", [](const OptimizerParams& p, const LearningRate& lr) {
    return std::make_shared<Adam>(p, lr,
                                  AdamOptions{.beta1 = 0.8, .beta2 = 0.99, .eps = 1e-6, .weight_decay = 0.1});
  });
}

TEST(ParamGroups, TellTheRateAndDecayOfEachParameter) {
  const Params p;
  Momentum momentum({{.params = {p.conv}, .lr = 0.05, .weight_decay = 0.5}, {.params = {p.fc, p.gamma}}}, 0.1,
                    0.9, {.weight_decay = 0.25});
  EXPECT_FLOAT_EQ(momentum.get_lr(0).item<float>(), 0.05F);
  EXPECT_FLOAT_EQ(momentum.get_lr(2).item<float>(), 0.1F);
  EXPECT_THAT(momentum.weight_decay(), ElementsAre(0.5, 0.25, 0.25));
  EXPECT_THROW(momentum.get_lr(3), ValueError);
  EXPECT_THAT([&] { momentum.get_lr_parameter(Parameter(tensor({1}), "other")); },
              ThrowsMessage<ValueError>(HasSubstr("'other' is not one of the optimizer's")));
}

// w -= g' with g' = (g + 0.5 w) less its mean over all axes but the first, where that has 16 columns.
TEST(ParamGroups, CentralizedGradientsHaveNoMean) {
  const Params p;
  Params expected;
  SGD sgd({{.params = {p.conv, p.fc, p.gamma}, .weight_decay = 0.5, .grad_centralization = true}}, 1.0,
          {.loss_scale = 2});
  sgd.step({test::step_values({2, 16}, 1), test::step_values({3, 2}, 1), test::step_values({2}, 1)});
  const auto decayed = [](const Parameter& w, const Shape& shape) {
    return ops::add(ops::mul(test::step_values(shape, 1), scalar(0.5)), ops::mul(w, scalar(0.5)));
  };
  const Tensor g = decayed(expected.conv, {2, 16});
  const Tensor centered = ops::sub(g, ops::reduce_mean(g, {1}, true));
  EXPECT_THAT(p.conv.to_vector<float>(),
              Pointwise(FloatNear(1e-6F), ops::sub(expected.conv, centered).to_vector<float>()));
  EXPECT_THAT(
      p.fc.to_vector<float>(),
      Pointwise(FloatNear(1e-6F), ops::sub(expected.fc, decayed(expected.fc, {3, 2})).to_vector<float>()))
      << "2 columns are left alone";
  EXPECT_THAT(
      p.gamma.to_vector<float>(),
      Pointwise(FloatNear(1e-6F), ops::sub(expected.gamma, decayed(expected.gamma, {2})).to_vector<float>()));
}

TEST(ParamGroups, RefuseWhatDoesNotFit) {
  const Params p;
  const std::vector<Parameter> conv{p.conv}, fc{p.fc};
  const auto make = [&](std::vector<ParamGroup> groups, const LearningRate& lr = 0.1) {
    SGD sgd(std::move(groups), lr);
  };
  EXPECT_THAT([&] { make({{.params = {}}}); }, ThrowsMessage<ValueError>(HasSubstr("must not be empty")));
  EXPECT_THAT(
      [&] {
        make({{.params = conv, .lr = 0.1}, {.params = conv}});
      },
      ThrowsMessage<RuntimeError>(HasSubstr("'conv.weight' comes more than once")));
  EXPECT_THAT(
      [&] {
        make({{.params = conv}, {.lr = 0.1, .order_params = conv}});
      },
      ThrowsMessage<ValueError>(HasSubstr("must have nothing else")));
  EXPECT_THAT(
      [&] {
        make({{.params = conv}, {.order_params = {p.conv, p.fc}}});
      },
      ThrowsMessage<ValueError>(HasSubstr("must hold the parameters of all groups, 1, got 2")));
  EXPECT_THAT(
      [&] {
        make({{.params = conv}, {.order_params = fc}});
      },
      ThrowsMessage<ValueError>(HasSubstr("'fc.weight' of 'order_params' is in no group")));
  EXPECT_THAT(
      [&] {
        make({{.params = conv, .lr = Floats{1, 2, 3}}, {.params = fc}}, Floats{1, 2});
      },
      ThrowsMessage<ValueError>(HasSubstr("must have one length, got 2 and 3")));
  EXPECT_THROW(make({{.params = {Parameter()}}}), TypeError);
  EXPECT_THROW(make({{.params = conv, .weight_decay = -1}}), ValueError);
  EXPECT_THROW(make({{.params = conv, .lr = -1}}), ValueError);
}

}  // namespace
}  // namespace nucella::nn
