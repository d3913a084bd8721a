#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/grad/grad.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/gradcheck.h"

namespace nucella::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Tensor whole(const std::vector<int32_t>& values, const Shape& shape) { return tensor_of(values, shape); }

TEST(CtcLoss, SumsOverAllAlignments) {
  // Of the 81 strings of 3 classes over 4 steps, 15 read "1 2" without their repetitions and blanks.
  const Tensor log_probs = ops::log_softmax(zeros({4, 1, 3}));
  const auto loss = [&](const char* reduction) {
    return ops::ctc_loss(log_probs, whole({1, 2}, {1, 2}), whole({4}, {1}), whole({2}, {1}), 0, reduction)[0]
        .item<float>();
  };
  EXPECT_NEAR(loss("sum"), std::log(81.0 / 15), 1e-5);
  EXPECT_NEAR(loss("mean"), std::log(81.0 / 15) / 2, 1e-5);
}

TEST(CtcLoss, TargetsThatDoNotFitAreInfiniteOrZero) {
  const Tensor log_probs = ops::log_softmax(zeros({4, 1, 3}));
  const auto run = [&](bool zero_infinity) {
    const TensorFn loss = [&](const Tensors& in) {
      return Tensors{ops::ctc_loss(in[0], whole({1, 1}, {1, 2}), whole({2}, {1}), whole({2}, {1}), 0, "sum",
                                   zero_infinity)[0]};
    };
    return std::pair(loss({log_probs})[0].item<float>(), grad(loss, {log_probs})[0].to_vector<float>());
  };
  EXPECT_EQ(run(false).first, INFINITY);
  EXPECT_EQ(run(true).first, 0);
  EXPECT_THAT(run(true).second, testing::Each(0.0F));
}

// The derivative by logits is exact; that by log_probs counts on the log_softmax before it.
TEST(CtcLoss, GradientByLogitsIsTheCentralDifference) {
  const Tensor logits = varied({6, 2, 4}, float64);
  for (const char* reduction : {"sum", "mean"}) {
    const TensorFn loss = [&](const Tensors& in) {
      return Tensors{ops::ctc_loss(ops::log_softmax(in[0]), whole({1, 2, 2, 3, 1, 0}, {2, 3}),
                                   whole({6, 4}, {2}), whole({3, 2}, {2}), 0, reduction)[0]};
    };
    const std::vector<double> got = grad(loss, {logits})[0].to_vector<double>();
    for (int64_t i = 0; i < logits.size(); ++i) {
      const auto at = [&](double step) {
        const Tensor moved = logits.clone();
        moved.mutable_data<double>()[i] += step;
        return loss({moved})[0].item<double>();
      };
      EXPECT_NEAR(got[static_cast<size_t>(i)], (at(1e-5) - at(-1e-5)) / 2e-5, 1e-8) << reduction << i;
    }
  }
}

TEST(CtcLoss, WrongLengthsAndLabelsAreNamed) {
  const Tensor log_probs = zeros({4, 1, 3});
  const auto call = [&](int32_t label, int32_t steps, int32_t labels) {
    return [=] {
      ops::ctc_loss(log_probs, whole({label, 1}, {1, 2}), whole({steps}, {1}), whole({labels}, {1}));
    };
  };
  EXPECT_THAT(call(3, 4, 2), ThrowsMessage<ValueError>(HasSubstr("'targets' must be in [0, 3), got 3")));
  EXPECT_THAT(call(1, 5, 2),
              ThrowsMessage<ValueError>(HasSubstr("'input_lengths' must be in [0, 4], got 5")));
  EXPECT_THAT(call(1, 4, 3),
              ThrowsMessage<ValueError>(HasSubstr("'target_lengths' must be in [0, 2], got 3")));
}

}  // namespace
}  // namespace nucella::test
