#include "nucella/nn/cell_grad.h"

#include <gtest/gtest.h>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

struct Line : CellOf<Line> {
  Parameter slope{*this, "slope", tensor({3})};
  Parameter offset{*this, "offset", tensor({1})};
  Parameter frozen{*this, "frozen", tensor({2}), {.requires_grad = false}};
  Tensor construct(const Tensor& x) { return slope * x * x + offset * frozen; }
};

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TEST(CellGrad, GetAllGivesTheInputsGradient) {
  Line net;
  const auto g = differentiate(GradOperation(true), net)({tensor({2})});
  EXPECT_EQ(values(g.inputs.at(0)), std::vector<float>{12});
  EXPECT_TRUE(g.weights.empty());
}

TEST(CellGrad, GetByListTakesTheTrainableParametersUnlessToldOtherwise) {
  Line net;
  auto g = differentiate(GradOperation(false, true), net)({tensor({2})});
  ASSERT_EQ(g.weights.size(), 2u);
  EXPECT_EQ(values(g.weights[0]), std::vector<float>{4});
  EXPECT_EQ(values(g.weights[1]), std::vector<float>{2});
  g = differentiate(GradOperation(true, true), net, {net.offset})({tensor({2})});
  EXPECT_EQ(values(g.weights.at(0)), std::vector<float>{2});
  EXPECT_EQ(values(g.inputs.at(0)), std::vector<float>{12});
}

TEST(CellGrad, SecondDerivativeOfANet) {
  Line net;
  const auto first = [&](const Tensors& in) { return grad(as_function(net), in); };
  EXPECT_EQ(values(grad(first, {tensor({2})}).at(0)), std::vector<float>{6});
}

TEST(CellGrad, ADeclaredNetIsFilledWhenItRuns) {
  std::unique_ptr<Line> net;
  {
    NoInitParameters scope;
    net = std::make_unique<Line>();
    net->set_param("slope", Parameter(initializer("ones", {1})));
  }
  ASSERT_TRUE(net->slope.has_init());
  const auto g = differentiate(GradOperation(true), *net)({tensor({2})});
  EXPECT_FALSE(net->slope.has_init());
  EXPECT_EQ(values(g.inputs.at(0)), std::vector<float>{4});
}

}  // namespace
}  // namespace nucella
