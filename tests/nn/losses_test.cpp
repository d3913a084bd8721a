#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/grad/grad.h"
#include "nucella/nn/elementwise_loss.h"
#include "nucella/nn/pair_loss.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Losses, ElementByElement) {
  const Tensor a = tensor({1, 2}), b = tensor({1, 4});
  EXPECT_FLOAT_EQ(L1Loss()(a, b).item<float>(), 1);
  EXPECT_FLOAT_EQ(HuberLoss("sum")(a, b).item<float>(), 1.5F);
  EXPECT_FLOAT_EQ(RMSELoss()(a, b).item<float>(), std::sqrt(2.0F));
  EXPECT_FLOAT_EQ(BCEWithLogitsLoss()(tensor({0, 0}), tensor({1, 0})).item<float>(), 0.6931472F);
  EXPECT_THAT([] { L1Loss("max"); }, ThrowsMessage<ValueError>(HasSubstr("'L1Loss', 'reduction'")));
  EXPECT_EQ(SmoothL1Loss().repr(), "SmoothL1Loss()");
}

// The gradient of a label that is 0 must not meet the slope of log(0).
TEST(KLDivLoss, LabelsMayBeZero) {
  KLDivLoss loss("batchmean");
  const Tensor logits = tensor({-1, -2}, {1, 2}), labels = tensor({0, 1}, {1, 2});
  EXPECT_FLOAT_EQ(loss(logits, labels).item<float>(), 2);
  const Tensors g = grad([&](const Tensors& in) { return Tensors{loss(logits, in[0])}; }, {labels});
  EXPECT_EQ(g[0].to_vector<float>(), (std::vector<float>{0, 3}));
}

TEST(Losses, OfThreeTensors) {
  const Tensor zero = tensor({0}, {1, 1}), three = tensor({3}, {1, 1});
  EXPECT_NEAR(TripletMarginLoss()(zero, three, three).item<float>(), 1, 1e-6);
  EXPECT_FLOAT_EQ(MarginRankingLoss(1)(tensor({1}), tensor({3}), tensor({1})).item<float>(), 3);
  EXPECT_FLOAT_EQ(GaussianNLLLoss()(tensor({1}), tensor({3}), tensor({1})).item<float>(), 2);
  EXPECT_THROW(GaussianNLLLoss({.eps = 0}), ValueError);
  EXPECT_THROW(CosineEmbeddingLoss(2), ValueError);
}

}  // namespace
}  // namespace nucella::nn
