#include "nucella/grad/grad.h"

#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

Tensors product(const Tensors& in) { return {ops::mul(in[0], in[1])}; }
Tensor cube(const Tensor& x) { return ops::mul(ops::mul(x, x), x); }
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
using Floats32 = std::vector<float>;

TEST(GradOperation, WithoutFlagsGivesTheFirstInputsGradient) {
  const auto g = GradOperation()(product)({tensor({2}), tensor({3})});
  ASSERT_EQ(g.inputs.size(), 1u);
  EXPECT_EQ(values(g.inputs[0]), Floats32{3});
  EXPECT_TRUE(g.weights.empty());
}

TEST(GradOperation, GetAllGivesEveryInputsGradient) {
  const auto g = GradOperation(true)(product)({tensor({2}), tensor({3})});
  ASSERT_EQ(g.inputs.size(), 2u);
  EXPECT_EQ(values(g.inputs[1]), Floats32{2});
}

TEST(GradOperation, GetByListGivesTheWeightsOnly) {
  const Tensor w = tensor({5});
  const auto fn = [&](const Tensors& in) { return Tensors{ops::mul(in[0], w)}; };
  const auto g = GradOperation(false, true)(fn, {w})({tensor({7})});
  EXPECT_TRUE(g.inputs.empty());
  EXPECT_EQ(values(g.weights[0]), Floats32{7});
}

TEST(GradOperation, SensIsTheLastArgument) {
  const auto g = GradOperation(true, false, true)(product)({tensor({2}), tensor({3}), tensor({10})});
  EXPECT_EQ(values(g.inputs[0]), Floats32{30});
  EXPECT_THROW(GradOperation(true, false, true)(product)({tensor({2}), tensor({3}), tensor({1, 1})}),
               ValueError);
  EXPECT_THROW(GradOperation(true, false, true)(product)({tensor({2}), tensor({3}), tensor({1}, float16)}),
               TypeError);
}

TEST(GradOperation, AnUnusedInputHasZeros) {
  const auto first = [](const Tensors& in) { return Tensors{in[0]}; };
  const auto g = GradOperation(true)(first)({tensor({2}), tensor({3, 4})});
  EXPECT_EQ(values(g.inputs[0]), Floats32{1});
  EXPECT_EQ(values(g.inputs[1]), (Floats32{0, 0}));
}

TEST(Grad, DerivativesOfAnyOrder) {
  const auto first = grad(cube), second = grad(first), third = grad(second), fourth = grad(third);
  const Tensor x = tensor({2});
  EXPECT_EQ(values(first(x)), Floats32{12});
  EXPECT_EQ(values(second(x)), Floats32{12});
  EXPECT_EQ(values(third(x)), Floats32{6});
  EXPECT_EQ(values(fourth(x)), Floats32{0});
}

TEST(Grad, AuxiliaryOutputsComeBackUndifferentiated) {
  const auto fn = [](const Tensors& in) { return Tensors{ops::mul(in[0], in[0]), ops::add(in[0], in[0])}; };
  const GradResult r = value_and_grad(fn, {tensor({3})}, {.has_aux = true});
  EXPECT_EQ(values(r.value[0]), Floats32{9});
  EXPECT_EQ(values(r.aux[0]), Floats32{6});
  EXPECT_EQ(values(r.input_grads[0]), Floats32{6});
  EXPECT_THROW(value_and_grad(product, {tensor({3}), tensor({1})}, {.has_aux = true}), ValueError);
}

TEST(Grad, WrongPositionsAreRefused) {
  const Tensors in = {tensor({2}), tensor({3})};
  EXPECT_THROW(grad(product, in, {.grad_position = {0, 0}}), ValueError);
  EXPECT_THROW(grad(product, in, {.grad_position = {-1}}), ValueError);
  EXPECT_THROW(grad(product, in, {.grad_position = {2}}), RuntimeError);
}

TEST(Grad, BroadcastingIsUndone) {
  const Tensors g =
      grad(product, {tensor({1, 2, 3, 4, 5, 6}, Shape{2, 3}), tensor({1, 1, 1})}, {.grad_position = {1}});
  EXPECT_EQ(values(g[0]), (Floats32{5, 7, 9}));
}

}  // namespace
}  // namespace nucella
