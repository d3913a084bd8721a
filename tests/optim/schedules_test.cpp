#include "nucella/optim/schedules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/optim/dynamic_lr.h"
#include "nucella/optim/momentum.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::nn {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

const nlohmann::json& golden(const char* part) {
  static const auto document = nlohmann::json::parse(test::read_file(test::golden("optimizers.json")));
  return document[part];
}

template <class S>
void expect_schedule(const char* name, S schedule) {
  const auto expected = golden("schedules")[name].get<std::vector<double>>();
  for (size_t step = 0; step < expected.size(); ++step) {
    const Tensor rate = schedule(full({1}, static_cast<double>(step), int32));
    EXPECT_EQ(rate.dtype(), float32);
    EXPECT_NEAR(rate.item<double>(), expected[step], 1e-6 * expected[step] + 1e-9) << name << ' ' << step;
  }
}

void expect_table(const char* name, const std::vector<double>& table) {
  EXPECT_THAT(table, Pointwise(DoubleNear(1e-15), golden("tables")[name].get<std::vector<double>>())) << name;
}

TEST(Schedules, AsMindSpore) {
  expect_schedule("exponential", ExponentialDecayLR(0.1, 0.9, 4));
  expect_schedule("exponential_stair", ExponentialDecayLR(0.1, 0.9, 4, true));
  expect_schedule("natural", NaturalExpDecayLR(0.1, 0.9, 4));
  expect_schedule("natural_stair", NaturalExpDecayLR(0.1, 0.9, 4, true));
  expect_schedule("inverse", InverseDecayLR(0.1, 0.9, 4));
  expect_schedule("inverse_stair", InverseDecayLR(0.1, 0.9, 4, true));
  expect_schedule("cosine", CosineDecayLR(0.01, 0.1, 7));
  expect_schedule("polynomial", PolynomialDecayLR(0.1, 0.01, 7, 0.5));
  expect_schedule("polynomial_update", PolynomialDecayLR(0.1, 0.01, 7, 2.0, true));
  expect_schedule("warm_up", WarmUpLR(0.1, 7));
}

TEST(Schedules, TablesAsMindSpore) {
  constexpr TableSteps kTwice{12, 2, 2}, kFour{12, 2, 4};
  expect_table("piecewise_constant", piecewise_constant_lr({2, 5, 10}, {0.1, 0.05, 0.01}));
  expect_table("exponential", exponential_decay_lr(0.1, 0.9, kTwice));
  expect_table("exponential_stair", exponential_decay_lr(0.1, 0.9, kTwice, true));
  expect_table("natural", natural_exp_decay_lr(0.1, 0.9, kTwice));
  expect_table("natural_stair", natural_exp_decay_lr(0.1, 0.9, kTwice, true));
  expect_table("inverse", inverse_decay_lr(0.1, 0.9, kTwice));
  expect_table("inverse_stair", inverse_decay_lr(0.1, 0.9, kTwice, true));
  expect_table("cosine", cosine_decay_lr(0.01, 0.1, kFour));
  expect_table("polynomial", polynomial_decay_lr(0.1, 0.01, kFour, 0.5));
  expect_table("polynomial_update", polynomial_decay_lr(0.1, 0.01, kTwice, 0.5, true));
  expect_table("warmup", warmup_lr(0.1, 12, 2, 4));
}

TEST(Schedules, AnOptimizerFollowsOne) {
  const Parameter w(zeros({1}), "w");
  Momentum optimizer({w}, std::make_shared<WarmUpLR>(0.4, 4), 0.0);
  std::vector<float> seen;
  for (int step = 0; step < 5; ++step) {
    seen.push_back(optimizer.get_lr().item<float>());
    optimizer.step({ones({1})});
  }
  EXPECT_THAT(seen, ElementsAre(0.0F, 0.1F, 0.2F, 0.3F, 0.4F));
  EXPECT_NEAR(w.item<float>(), -1.0, 1e-6);
}

TEST(Schedules, RefuseNumbersOutOfRange) {
  const auto refuses = [](auto make, const char* text) {
    EXPECT_THAT(make, ThrowsMessage<ValueError>(HasSubstr(text)));
  };
  refuses([] { ExponentialDecayLR(0, 0.9, 4); }, "For 'ExponentialDecayLR', 'learning_rate' must be greater");
  refuses([] { NaturalExpDecayLR(0.1, -0.9, 4); }, "'decay_rate' must be greater than 0, got -0.9");
  refuses([] { InverseDecayLR(0.1, 0.9, 0); }, "'decay_steps' must be greater than 0, got 0");
  refuses([] { CosineDecayLR(0.1, 0.1, 4); }, "'max_lr' must be greater than 'min_lr'");
  refuses([] { PolynomialDecayLR(0.1, -0.1, 4, 1); }, "'end_learning_rate' must not be negative");
  refuses([] { WarmUpLR(0.1, 0); }, "'warmup_steps' must be greater than 0");
  refuses([] { piecewise_constant_lr({2, 1}, {0.1, 0.2}); }, "'milestone' must not go down, got 1 after 2");
  refuses([] { piecewise_constant_lr({2}, {0.1, 0.2}); }, "must have one length, got 1 and 2");
  refuses([] { exponential_decay_lr(0.1, 0.9, {10, 0, 2}); }, "'step_per_epoch' must be greater than 0");
  refuses([] { warmup_lr(-0.1, 10, 2, 2); }, "'learning_rate' must not be negative");
}

}  // namespace
}  // namespace nucella::nn
