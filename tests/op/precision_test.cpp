#include "nucella/op/precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/grad/grad.h"
#include "nucella/nn/cell.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::shared_ptr<const PrecisionPolicy> policy(DType dtype = float16) {
  return std::make_shared<const PrecisionPolicy>(dtype);
}

TEST(Precision, ProductsOfMatricesComputeInTheLowDtype) {
  const Tensor x = ones({2, 2}), y = ones({2, 2}, float16);
  EXPECT_THROW(ops::matmul(x, y), TypeError);
  for (DType dtype : {float16, bfloat16}) {
    const PrecisionScope scope(policy(dtype));
    EXPECT_EQ(ops::matmul(x, y).dtype(), dtype);
  }
  EXPECT_EQ(ops::matmul(x, x).dtype(), float32);
}

TEST(Precision, LogarithmsComputeInFloat32AndOthersInTheirOwnDtype) {
  const PrecisionScope scope(policy());
  const Tensor half = ones({2}, float16);
  EXPECT_EQ(ops::log(half).dtype(), float32);
  EXPECT_EQ(ops::relu(half).dtype(), float16);
  EXPECT_EQ(ops::relu(ones({2})).dtype(), float32);
}

TEST(Precision, OpsOfOneDtypeTakeTheWidest) {
  const PrecisionScope scope(policy());
  EXPECT_EQ(ops::bias_add(ones({2, 3}), ones({3}, float16)).dtype(), float32);
  EXPECT_EQ(ops::bias_add(ones({2, 3}, float16), ones({3}, float16)).dtype(), float16);
}

TEST(Precision, GradientsHaveTheDtypeOfWhatTheyBelongTo) {
  const Tensor w = full({2, 2}, 3), x = full({2, 2}, 0.5);
  const Tensors grads = grad(
      [&](const Tensors& in) {
        const PrecisionScope scope(policy());
        return Tensors{ops::reduce_sum(ops::matmul(x, in[0]))};
      },
      {w});
  EXPECT_EQ(grads[0].dtype(), float32);
  EXPECT_THAT(grads[0].to_vector<float>(), testing::Each(1.0F));
}

TEST(Precision, ListsOfOnesOwn) {
  const PrecisionScope scope(std::make_shared<const PrecisionPolicy>(
      float16, std::vector<std::string>{"ReLU"}, std::vector<std::string>{"matmul"}));
  EXPECT_EQ(ops::relu(ones({2})).dtype(), float16);
  EXPECT_EQ(ops::matmul(ones({2, 2}, float16), ones({2, 2}, float16)).dtype(), float32);
  EXPECT_THAT([] { const PrecisionPolicy refused(float32); },
              ThrowsMessage<ValueError>(HasSubstr("must be Float16 or BFloat16")));
}

TEST(Precision, NullEndsAnOuterPolicyForAWhile) {
  const PrecisionScope outer(policy());
  {
    const PrecisionScope inner(nullptr);
    EXPECT_EQ(ops::matmul(ones({2, 2}), ones({2, 2})).dtype(), float32);
  }
  EXPECT_EQ(ops::matmul(ones({2, 2}), ones({2, 2})).dtype(), float16);
}

struct Product : CellOf<Product> {
  Parameter w{*this, "w", ones({2, 2})};
  Tensor construct(const Tensor& x) { return ops::matmul(x, w); }
};

struct Outer : CellOf<Outer> {
  Child<Product> first{*this, "first"}, second{*this, "second"};
  Tensor construct(const Tensor& x) { return second(first(x)); }
};

TEST(Precision, ACellFollowsItsPolicyAndSoDoThoseBelow) {
  Outer net;
  net.set_precision(policy());
  EXPECT_EQ(net(ones({2, 2})).dtype(), float16);
  net.second.to_float(float32);  // whoever says a dtype gets it
  EXPECT_EQ(net(ones({2, 2})).dtype(), float32);
  net.set_precision(nullptr);
  EXPECT_EQ(net.first(ones({2, 2})).dtype(), float32);
}

TEST(Precision, ARecomputedCellFollowsItAgain) {
  Outer net;
  net.set_precision(policy());
  net.first.recompute();
  const GradResult result =
      value_and_grad([&](const Tensors& in) { return Tensors{ops::reduce_sum(net(in[0]))}; }, {ones({2, 2})},
                     {.weights = {net.first.w}});
  EXPECT_EQ(result.value[0].dtype(), float16);
  EXPECT_EQ(result.weight_grads[0].dtype(), float32);
  EXPECT_THAT(result.weight_grads[0].to_vector<float>(), testing::Each(4.0F));
}

}  // namespace
}  // namespace nucella
