// Twenty steps of each fused update against the parameters that MindSpore 2.10's nn.Momentum, nn.SGD and
// nn.Adam end with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using ::testing::Pointwise;

constexpr int kSteps = 20;
const std::vector<float> kStart = {1.7886f, 0.4365f, 0.0965f, -1.8635f, -0.2774f};
const std::vector<std::vector<float>> kGrads = {
    {-0.355f, -0.083f, -0.627f, -0.044f, -0.477f}, {-1.314f, 0.885f, 0.881f, 1.71f, 0.05f},
    {-0.405f, -0.545f, -1.546f, 0.982f, -1.101f},  {-1.185f, -0.206f, 1.486f, 0.237f, -1.024f},
    {-0.713f, 0.625f, -0.161f, -0.769f, -0.23f},   {0.745f, 1.976f, -1.244f, -0.626f, -0.804f},
    {-2.419f, -0.924f, -1.024f, 1.124f, -0.132f},  {-1.623f, 0.647f, -0.356f, -1.743f, -0.597f},
    {-0.589f, -0.874f, 0.03f, -2.248f, -0.268f},   {1.013f, 0.853f, 1.108f, 1.119f, 1.488f},
    {-1.118f, 0.846f, -1.861f, -0.603f, -1.914f},  {1.048f, 1.334f, -0.197f, 1.775f, -0.675f},
    {0.151f, 0.153f, -1.064f, 0.438f, 1.939f},     {-1.025f, 0.899f, -0.155f, 1.77f, 0.484f},
    {0.676f, 0.643f, 0.249f, -1.396f, 1.392f},     {-1.371f, 0.239f, 0.614f, -0.838f, 0.145f},
    {1.168f, -0.024f, -0.889f, -2.916f, -0.972f},  {-0.591f, -0.516f, -0.96f, 0.377f, -0.575f},
    {-0.109f, 0.679f, -0.855f, -0.3f, 2.158f},     {0.874f, -1.294f, -0.08f, 0.564f, 1.233f},
};

MATCHER(Near, "within 1e-5") { return std::abs(std::get<0>(arg) - std::get<1>(arg)) <= 1e-5f; }

class OptimizerOps : public ::testing::Test {
 protected:
  template <class Step>
  void run(Step step) {
    for (int i = 0; i < kSteps; ++i) step(i + 1, Tensors{tensor_of(kGrads[i], {5})}, scalar(rate));
  }
  Tensors param{tensor_of(kStart, {5})}, first{zeros({5})}, second{zeros({5})};
  double rate = 0.1;
};

TEST_F(OptimizerOps, Momentum) {
  run([&](int, const Tensors& g, const Tensor& lr) { ops::apply_momentum(param, first, g, lr, 0.9); });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {7.832825184f, -3.602653742f, 3.741382599f, -1.902908683f, 1.979944706f}));
  EXPECT_THAT(first[0].to_vector<float>(),
              Pointwise(Near(), {-1.219746828f, 1.415384650f, -3.340128660f, -1.584898591f, 2.641494751f}));
}

TEST_F(OptimizerOps, MomentumWithDecayAndLossScale) {
  rate = 0.05;
  run([&](int, const Tensors& g, const Tensor& lr) {
    ops::apply_momentum(param, first, g, lr, 0.8, 0.01, false, 1 / 2.0);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {2.613749504f, -0.243597671f, 0.712075651f, -1.720481515f, -0.015872933f}));
}

// MindSpore's CPU kernel ignores use_nesterov; these numbers are the documented formula in float64.
TEST_F(OptimizerOps, MomentumWithNesterovFollowsTheDocumentedFormula) {
  rate = 0.05;
  run([&](int, const Tensors& g, const Tensor& lr) {
    ops::apply_momentum(param, first, g, lr, 0.8, 0, true);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {3.606954414f, -0.901970040f, 1.430798824f, -1.689910903f, 0.133890092f}));
}

TEST_F(OptimizerOps, SgdWithoutMomentumLeavesItsStateAlone) {
  const Tensors stat{ones({5})};
  run([&](int, const Tensors& g, const Tensor& lr) { ops::apply_sgd(param, first, stat, g, lr); });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {2.502799749f, -0.094800010f, 0.761600077f, -1.724800348f, -0.289399981f}));
  EXPECT_EQ(first[0].to_vector<float>(), std::vector<float>(5, 0));
  EXPECT_EQ(stat[0].to_vector<float>(), std::vector<float>(5, 1));
}

TEST_F(OptimizerOps, SgdWithMomentumDampeningAndDecay) {
  const Tensors stat{ones({5})};
  run([&](int, const Tensors& g, const Tensor& lr) {
    ops::apply_sgd(param, first, stat, g, lr, 0.9, 0.2, 0.01);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {6.349864006f, -2.757359743f, 3.049747467f, -1.663137794f, 1.535165906f}));
  EXPECT_THAT(first[0].to_vector<float>(),
              Pointwise(Near(), {-0.641867578f, 1.043541551f, -2.577822208f, -1.427855492f, 2.204473019f}));
  EXPECT_EQ(stat[0].to_vector<float>(), std::vector<float>(5, 0));
}

TEST_F(OptimizerOps, SgdWithNesterov) {
  rate = 0.05;
  const Tensors stat{ones({5})};
  run([&](int, const Tensors& g, const Tensor& lr) {
    ops::apply_sgd(param, first, stat, g, lr, 0.9, 0, 0, true);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {4.865602016f, -1.646769047f, 2.069247007f, -1.811883926f, 0.732405126f}));
}

Tensor corrected(const Tensor& lr, int step, double beta1, double beta2) {
  return scalar(lr.item<double>() * std::sqrt(1 - std::pow(beta2, step)) / (1 - std::pow(beta1, step)));
}

TEST_F(OptimizerOps, Adam) {
  rate = 0.01;
  run([&](int step, const Tensors& g, const Tensor& lr) {
    ops::apply_adam(param, first, second, g, corrected(lr, step, 0.9, 0.999));
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {1.899457335f, 0.375672519f, 0.155761182f, -1.874957085f, -0.196705446f}));
  EXPECT_THAT(second[0].to_vector<float>(),
              Pointwise(Near(), {0.022354687f, 0.014247784f, 0.017099317f, 0.033788893f, 0.023213452f}));
}

TEST_F(OptimizerOps, AdamWithDecayAndLossScale) {
  rate = 0.02;
  run([&](int step, const Tensors& g, const Tensor& lr) {
    ops::apply_adam(param, first, second, g, corrected(lr, step, 0.8, 0.99), 0.8, 0.99, 1e-6, 0.01, false,
                    1 / 4.0);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {1.970162511f, 0.305234760f, 0.219348833f, -1.845657825f, -0.144164443f}));
}

TEST_F(OptimizerOps, AdamWithNesterov) {
  rate = 0.01;
  run([&](int step, const Tensors& g, const Tensor& lr) {
    ops::apply_adam(param, first, second, g, corrected(lr, step, 0.9, 0.999), 0.9, 0.999, 1e-8, 0, true);
  });
  EXPECT_THAT(param[0].to_vector<float>(),
              Pointwise(Near(), {1.917195439f, 0.377812654f, 0.165414274f, -1.868982434f, -0.185898140f}));
}

TEST(OptimizerGroup, ManyParametersInOneCallAreUpdatedAsEachAlone) {
  Tensors params, accums, grads, alone, alone_accums;
  for (int64_t n : {1, 7, 16, 100'003, 0, 33}) {
    params.push_back(arange(0, static_cast<double>(n), 1, float32));
    accums.push_back(ones({n}));
    grads.push_back(full({n}, 0.5));
    alone.push_back(params.back().clone());
    alone_accums.push_back(ones({n}));
  }
  ops::apply_momentum(params, accums, grads, scalar(0.1), 0.9);
  for (size_t i = 0; i < params.size(); ++i) {
    ops::apply_momentum({alone[i]}, {alone_accums[i]}, {grads[i]}, scalar(0.1), 0.9);
    EXPECT_EQ(params[i].to_vector<float>(), alone[i].to_vector<float>()) << i;
    EXPECT_EQ(accums[i].to_vector<float>(), alone_accums[i].to_vector<float>()) << i;
  }
}

}  // namespace
}  // namespace nucella
