#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/ops/ops.h"
#include "nucella/optim/ada_factor.h"
#include "nucella/optim/ada_max.h"
#include "nucella/optim/adadelta.h"
#include "nucella/optim/adagrad.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/asgd.h"
#include "nucella/optim/ftrl.h"
#include "nucella/optim/lamb.h"
#include "nucella/optim/lars.h"
#include "nucella/optim/momentum.h"
#include "nucella/optim/proximal_adagrad.h"
#include "nucella/optim/rms_prop.h"
#include "nucella/optim/rprop.h"
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

std::vector<ParamGroup> groups(const std::vector<Parameter>& p) {
  return {{.params = {p[0]}, .lr = 0.05, .weight_decay = 0.1}, {.params = {p[1]}}, {.order_params = p}};
}

const nlohmann::json& golden() {
  static const auto document = nlohmann::json::parse(test::read_file(test::golden("optimizers.json")));
  return document["optimizers"];
}

void run(Optimizer& optimizer) {
  for (int step = 0; step < test::kSteps; ++step)
    optimizer.step({test::step_values({3, 2}, step), test::step_values({2}, step)});
}

using Make = std::function<std::shared_ptr<Optimizer>(const std::vector<Parameter>&)>;

// Twenty steps end where MindSpore's do, and the parameters have MindSpore's names and order.
void expect_as_mindspore(const std::string& name, const Make& make, bool names_too = true) {
  ASSERT_TRUE(golden().contains(name)) << name;
  const nlohmann::json& expected = golden()[name];
  const std::vector<Parameter> params = test::fresh_parameters();
  const auto optimizer = make(params);
  run(*optimizer);
  test::expect_recorded(expected, params, *optimizer, name, names_too);
}

template <class O, class... A>
Make made(A... args) {
  return [=](const std::vector<Parameter>& p) { return std::make_shared<O>(p, args...); };
}

template <class O, class... A>
Make grouped(A... args) {
  return [=](const std::vector<Parameter>& p) { return std::make_shared<O>(groups(p), args...); };
}

TEST(AdaptiveOptimizers, AdagradAsMindSpore) {
  expect_as_mindspore("adagrad", made<Adagrad>());
  expect_as_mindspore("adagrad_decay",
                      made<Adagrad>(0.1, AdagradOptions{.accum = 0.5, .loss_scale = 4, .weight_decay = 0.1}));
  expect_as_mindspore("proximal_adagrad", made<ProximalAdagrad>());
  expect_as_mindspore(
      "proximal_adagrad_l1",
      made<ProximalAdagrad>(
          0.1,
          ProximalAdagradOptions{.accum = 0.2, .l1 = 0.05, .l2 = 0.1, .loss_scale = 2, .weight_decay = 0.1}));
}

TEST(AdaptiveOptimizers, RMSPropAsMindSpore) {
  RMSPropOptions options{.decay = 0.8, .momentum = 0.5, .epsilon = 1e-3, .weight_decay = 0.1};
  expect_as_mindspore("rms_prop", made<RMSProp>());
  expect_as_mindspore("rms_prop_groups", grouped<RMSProp>(0.01));
  options.centered = true;
  expect_as_mindspore("rms_prop_centered", made<RMSProp>(0.01, options));
  options.centered = false;
  options.loss_scale = 2;
  expect_as_mindspore("rms_prop_momentum", made<RMSProp>(0.01, options));
}

TEST(AdaptiveOptimizers, AdadeltaAsMindSpore) {
  expect_as_mindspore("adadelta", made<Adadelta>());
  expect_as_mindspore(
      "adadelta_decay",
      made<Adadelta>(0.5,
                     AdadeltaOptions{.rho = 0.8, .epsilon = 1e-3, .loss_scale = 2, .weight_decay = 0.1}));
}

TEST(AdaptiveOptimizers, AdaMaxAsMindSpore) {
  expect_as_mindspore("adamax", made<AdaMax>());
  expect_as_mindspore(
      "adamax_decay",
      made<AdaMax>(
          0.01,
          AdaMaxOptions{.beta1 = 0.8, .beta2 = 0.99, .eps = 1e-6, .weight_decay = 0.1, .loss_scale = 2}));
}

TEST(AdaptiveOptimizers, AdamVariantsAsMindSpore) {
  AdamOptions options{.beta1 = 0.8, .beta2 = 0.9, .eps = 1e-6, .weight_decay = 0.1, .use_amsgrad = true};
  expect_as_mindspore("adam_amsgrad", made<Adam>(0.01, options));
  expect_as_mindspore("adam_lazy", made<Adam>(0.01, AdamOptions{.weight_decay = 0.1}));
  expect_as_mindspore("adam_offload", made<Adam>(0.01, AdamOptions{.weight_decay = 0.1}));
  expect_as_mindspore("lazy_adam", made<LazyAdam>(0.01, AdamOptions{.weight_decay = 0.1}));
  expect_as_mindspore("adam_offload_cell", made<AdamOffload>(0.01, AdamOptions{.weight_decay = 0.1}));
}

TEST(AdaptiveOptimizers, AsgdAsMindSpore) {
  const ASGDOptions options{.lambd = 0.1, .alpha = 0.5, .t0 = 5, .weight_decay = 0.1};
  expect_as_mindspore("asgd", made<ASGD>());
  expect_as_mindspore("asgd_averaged", made<ASGD>(0.05, options));
  expect_as_mindspore("asgd_groups", grouped<ASGD>(0.01, ASGDOptions{.lambd = 0.1, .alpha = 0.5, .t0 = 5}));
}

TEST(AdaptiveOptimizers, AsgdKeepsTheAverageOfItsLastSteps) {
  const Parameter w(zeros({1}), "w");
  ASGD optimizer({w}, 1.0, {.lambd = 0, .t0 = 2});
  std::vector<float> seen;
  for (int step = 0; step < 5; ++step) {
    optimizer.step({ones({1})});
    seen.push_back(w.item<float>());
  }
  // mu is 1 up to step 4 and 1/2 in step 5.
  EXPECT_FLOAT_EQ(optimizer.state().back().item<float>(), (seen[3] + seen[4]) / 2);
}

TEST(AdaptiveOptimizers, RpropAsMindSpore) {
  const RpropOptions options{
      .eta_minus = 0.4, .eta_plus = 1.5, .smallest = 0.01, .largest = 0.1, .weight_decay = 0.1};
  expect_as_mindspore("rprop", made<Rprop>());
  expect_as_mindspore("rprop_limits", made<Rprop>(0.05, options));
}

TEST(AdaptiveOptimizers, FtrlAsMindSpore) {
  expect_as_mindspore("ftrl", made<FTRL>());
  expect_as_mindspore("ftrl_regularised", made<FTRL>(0.1, FTRLOptions{.initial_accum = 0.2,
                                                                      .lr_power = -0.3,
                                                                      .l2 = 0.02,
                                                                      .loss_scale = 2,
                                                                      .weight_decay = 0.1}));
  expect_as_mindspore("ftrl_root", made<FTRL>(0.1, FTRLOptions{.initial_accum = 0.2, .l2 = 0.02}));
}

TEST(AdaptiveOptimizers, AdagradKeepsItsSumsWithoutUpdateSlots) {
  const Parameter w(ones({1}), "w");
  Adagrad optimizer({w}, 0.5, {.accum = 0.25, .update_slots = false});
  optimizer.step({full({1}, 0.1)});
  EXPECT_FLOAT_EQ(w.item<float>(), 1 - 0.5F * 0.1F / 0.5F);
  optimizer.step({full({1}, 0.1)});
  EXPECT_FLOAT_EQ(w.item<float>(), 1 - 2 * 0.5F * 0.1F / 0.5F);
}

// linear = g - (sqrt(0.25 + g^2) - 0.5) / lr * w = g, as w is 0.
TEST(AdaptiveOptimizers, FtrlShrinksWeightsOfBothSignsByL1) {
  const Parameter w(zeros({4}), "w");
  FTRL optimizer({w}, 0.5, {.initial_accum = 0.25, .l1 = 0.5, .l2 = 0.25});
  optimizer.step({tensor_of(Floats{0.75, -0.75, 0.25, -0.25}, {4})});
  const float expected = 0.25F / (std::sqrt(0.25F + 0.5625F) / 0.5F + 0.5F);
  EXPECT_THAT(w.to_vector<float>(), Pointwise(FloatNear(1e-6F), Floats{-expected, expected, 0, 0}));
}

TEST(AdaptiveOptimizers, AdaFactorAsMindSpore) {
  const Make fixed = [](const std::vector<Parameter>& p) {
    return std::make_shared<AdaFactor>(p, 0.05,
                                       AdaFactorOptions{.eps_square = 1e-20,
                                                        .eps_scale = 0.01,
                                                        .clip_threshold = 0.5,
                                                        .decay_rate = 0.7,
                                                        .beta1 = 0,
                                                        .weight_decay = 0.1,
                                                        .scale_parameter = false,
                                                        .relative_step = false});
  };
  const Make warming_up = [](const std::vector<Parameter>& p) {
    return std::make_shared<AdaFactor>(
        p, std::nullopt, AdaFactorOptions{.beta1 = 0.5, .weight_decay = 0.1, .warmup_init = true});
  };
  expect_as_mindspore("adafactor", made<AdaFactor>());
  expect_as_mindspore("adafactor_warmup", warming_up);
  // MindSpore lists an unused "Parameter$1" in the place of first moments that are not kept.
  expect_as_mindspore("adafactor_fixed", fixed, false);
}

// A cell that computes the weight decay from the step.
struct Decay : CellOf<Decay> {
  Tensor construct(const Tensor& step) {
    return ops::real_div(scalar(0.1), ops::add(scalar(1), ops::reshape(ops::cast(step, float32), {})));
  }
};

TEST(AdaptiveOptimizers, WeightDecayFollowsACellAsMindSpore) {
  expect_as_mindspore(
      "momentum_decaying_decay",
      made<Momentum>(0.1, 0.9, MomentumOptions{.weight_decay = std::make_shared<Decay>(), .loss_scale = 2}));
  expect_as_mindspore("momentum_group_decay", [](const std::vector<Parameter>& p) {
    return std::make_shared<Momentum>(
        std::vector<ParamGroup>{{.params = {p[0]}, .weight_decay = std::make_shared<Decay>()},
                                {.params = {p[1]}, .weight_decay = 0.1}},
        0.1, 0.9);
  });
}

// MindSpore has no kernels for the processor: the formulas of the paper, in double precision.
TEST(AdaptiveOptimizers, LambAsInThePaper) {
  const std::vector<Parameter> params = test::fresh_parameters();
  Lamb optimizer(params, 0.1, {.beta1 = 0.8, .beta2 = 0.99, .eps = 1e-3, .weight_decay = 0.1});
  std::vector<double> w(6), m(6), v(6);
  for (size_t i = 0; i < 6; ++i) w[i] = test::step_values({3, 2}, 100).to_vector<float>()[i];
  for (int step = 1; step <= test::kSteps; ++step) {
    const Floats g = test::step_values({3, 2}, step - 1).to_vector<float>();
    std::vector<double> u(6);
    double weights = 0, updates = 0;
    for (size_t i = 0; i < 6; ++i) {
      m[i] = 0.8 * m[i] + 0.2 * g[i];
      v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
      u[i] = m[i] / (1 - std::pow(0.8, step)) / (std::sqrt(v[i] / (1 - std::pow(0.99, step))) + 1e-3) +
             0.1 * w[i];
      weights += w[i] * w[i];
      updates += u[i] * u[i];
    }
    for (size_t i = 0; i < 6; ++i) w[i] -= 0.1 * std::sqrt(weights / updates) * u[i];
    optimizer.step({test::step_values({3, 2}, step - 1), test::step_values({2}, step - 1)});
  }
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(params[0].to_vector<float>()[i], w[i], 1e-5);
}

TEST(AdaptiveOptimizers, LambDoesNotScaleAStepOfAWeightThatIsZero) {
  const Parameter w(zeros({1}), "w");
  Lamb optimizer({w}, 0.1);
  optimizer.step({ones({1})});
  EXPECT_NEAR(w.item<float>(), -0.1, 1e-6);
}

TEST(AdaptiveOptimizers, LarsScalesGradientsByTheNormsOfTheirLayers) {
  const Parameter w(tensor_of(Floats{3, 4}, {2}), "w"), bias(tensor_of(Floats{3, 4}, {2}), "fc.bias");
  auto inner = std::make_shared<Momentum>(std::vector<Parameter>{w, bias}, 1.0, 0.0,
                                          MomentumOptions{.weight_decay = 0.5, .loss_scale = 2});
  LARS optimizer(inner, {.epsilon = 0, .coefficient = 0.1});
  const Tensor g = tensor_of(Floats{0, 4}, {2});  // times loss_scale
  optimizer.step({g, g});
  // lambda = 0.1 * 5 / (2 + 0.5 * 5), of (0, 2) + 0.5 * (3, 4).
  const float lambda = 0.5F / 4.5F;
  EXPECT_THAT(w.to_vector<float>(), Pointwise(FloatNear(1e-6F), Floats{3 - lambda * 1.5F, 4 - lambda * 4}));
  EXPECT_THAT(bias.to_vector<float>(), Pointwise(FloatNear(1e-6F), Floats{3, 2}));
}

TEST(AdaptiveOptimizers, LarsClipsToTheRate) {
  const Parameter w(tensor_of(Floats{3, 4}, {2}), "w");
  auto inner = std::make_shared<Momentum>(std::vector<Parameter>{w}, 0.5, 0.0);
  LARS optimizer(inner, {.epsilon = 0, .coefficient = 10, .use_clip = true});
  optimizer.step({tensor_of(Floats{0, 1}, {2})});
  EXPECT_THAT(w.to_vector<float>(), Pointwise(FloatNear(1e-6F), Floats{3, 3.5}));
}

TEST(AdaptiveOptimizers, RefuseWhatMindSporeRefuses) {
  const std::vector<Parameter> p = test::fresh_parameters();
  const auto refuses = [](auto make, const char* text) {
    EXPECT_THAT(make, ThrowsMessage<ValueError>(HasSubstr(text)));
  };
  refuses([&] { Adagrad(p, 0.1, {.accum = -1}); }, "For 'Adagrad', 'accum' must not be negative, got -1");
  refuses([&] { ProximalAdagrad(p, 0.1, {.l2 = -1}); }, "'l2' must not be negative");
  refuses([&] { RMSProp(p, 0.1, {.epsilon = 0}); }, "'epsilon' must be greater than 0, got 0");
  refuses([&] { Adadelta(p, 0.1, {.rho = 1.5}); }, "'rho' must be in [0, 1], got 1.5");
  refuses([&] { AdaMax(p, 0.1, {.beta2 = 1}); }, "'beta2' must be in (0, 1), got 1");
  refuses([&] { FTRL(p, 0.1, {.lr_power = 0.5}); }, "'lr_power' must not be positive");
  refuses([&] { FTRL(p, std::vector<float>{0.1F, 0.2F}); }, "must be one number");
  refuses([&] { FTRL(p, 0.0); }, "'learning_rate' must be greater than 0");
  refuses([&] { Lamb(p, 0.1, {.eps = 0}); }, "'eps' must be greater than 0");
  refuses([&] { Rprop(p, 0.1, {.eta_minus = 1}); }, "'etaminus' must be in (0, 1)");
  refuses([&] { Rprop(p, 0.1, {.eta_plus = 1}); }, "'etaplus' must be greater than 1");
  refuses([&] { Rprop(p, 0.1, {.smallest = 2, .largest = 1}); }, "must not be below the smallest");
  refuses([&] { AdaFactor(p, 0.1); }, "'learning_rate' must be None with 'relative_step'");
  refuses([&] { AdaFactor(p, {}, {.relative_step = false}); }, "'learning_rate' must be given");
  refuses([&] { AdaFactor(p, {}, {.decay_rate = 1}); }, "'decay_rate' must be in (0, 1)");
  refuses([&] { Adagrad(p, 0.1, {.weight_decay = -0.5}); }, "'weight_decay' must not be negative, got -0.5");
  EXPECT_THAT([] { LARS(nullptr); }, ThrowsMessage<TypeError>(HasSubstr("'optimizer' must be an Optimizer")));
}

}  // namespace
}  // namespace nucella::nn
