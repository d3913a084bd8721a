#include "nucella/nn/wrap.h"

#include <gtest/gtest.h>

#include "nucella/nn/dense.h"
#include "nucella/nn/loss.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using Floats = std::vector<float>;

Values evaluate(const CellPtr& cell, const Tensor& data, const Tensor& label) {
  return cell->call({data, label}).as<Values>("test");
}

TEST(WithEvalCell, GivesLossOutputAndLabel) {
  const auto net = std::make_shared<Dense>(2, 1, DenseOptions{.weight_init = "ones", .has_bias = false});
  const auto cell = std::make_shared<WithEvalCell>(net, std::make_shared<MSELoss>());
  const Values out = evaluate(cell, tensor({1, 2}, {1, 2}), tensor({1}, {1, 1}));
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[0].as<Tensor>().to_vector<float>(), Floats{4});
  EXPECT_EQ(out[1].as<Tensor>().to_vector<float>(), Floats{3});
  EXPECT_EQ(out[2].as<Tensor>().to_vector<float>(), Floats{1});
  EXPECT_EQ(cell->get_parameters().front().name(), "weight");
}

TEST(WithEvalCell, CastsFloatingTensorsOnly) {
  const auto net = std::make_shared<Dense>(2, 1);
  net->to_float(float16);
  const auto loss = std::make_shared<MSELoss>();
  const Tensor data = zeros({1, 2}), label = zeros({1, 1}, int32);
  const Values plain = evaluate(std::make_shared<WithEvalCell>(net, loss), data, label);
  EXPECT_EQ(plain[1].as<Tensor>().dtype(), float16);
  const Values full = evaluate(std::make_shared<WithEvalCell>(net, loss, true), data, label);
  EXPECT_EQ(full[1].as<Tensor>().dtype(), float32);
  EXPECT_EQ(full[2].as<Tensor>().dtype(), int32);
}

TEST(WithEvalCell, NeedsCells) {
  EXPECT_THROW(WithEvalCell(nullptr, std::make_shared<MSELoss>()), TypeError);
  EXPECT_THROW(WithEvalCell(std::make_shared<Dense>(1, 1), nullptr), TypeError);
}

}  // namespace
}  // namespace nucella::nn
