#include "nucella/nn/value_jvp.h"

#include <gtest/gtest.h>

#include "nucella/nn/value_grad.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

std::vector<float> numbers(const Value& v) { return v.as<Tensor>().to_vector<float>(); }
const Value& item(const Value& v, size_t i) { return v.sequence()->at(i); }

const Tensor x = tensor({5, 7}), y = tensor({1, 2});

Linearization product() {
  return {[] { return Value(x * y); }, Values{x, y}};
}

TEST(Jvp, IsTheDerivativeAlongTheTangents) {
  Linearization point = product();
  EXPECT_EQ(numbers(point.value()), (std::vector<float>{5, 14}));
  EXPECT_EQ(numbers(point.jvp(Values{y, x})), (std::vector<float>{26, 53}));
  EXPECT_EQ(numbers(point.jvp(Values{zeros({2}), x})), (std::vector<float>{25, 49}));
}

TEST(Jvp, IsBuiltAsTheOutput) {
  Linearization point([] { return Value(Values{x * x, y * 1, x}); }, Values{x});
  const Value along = point.jvp(Values{y});
  EXPECT_EQ(numbers(item(along, 0)), (std::vector<float>{10, 28}));
  EXPECT_EQ(numbers(item(along, 1)), (std::vector<float>{0, 0}));
  EXPECT_EQ(numbers(item(along, 2)), (std::vector<float>{1, 2}));
}

TEST(Jvp, AuxiliaryOutputsAreNotDifferentiated) {
  Linearization point([] { return Value(Values{x * x, "label"}); }, Values{x}, true);
  EXPECT_EQ(numbers(point.jvp(Values{y})), (std::vector<float>{10, 28}));
  EXPECT_THROW(Linearization([] { return Value(x * x); }, Values{x}, true), ValueError);
}

TEST(Jvp, CanBeDifferentiated) {
  const ValueFn along = [](const Values& in, const ValueDict&) {
    const Tensor at = in[0].as<Tensor>();
    return Linearization([&] { return Value(at * at * at); }, in).jvp(Values{ones({2})});
  };
  EXPECT_EQ(numbers(value_and_grad(along, {x}).grads), (std::vector<float>{30, 42}));
}

TEST(Jvp, RefusesWhatDoesNotFit) {
  Linearization point = product();
  EXPECT_THROW(point.jvp(Values{y}), ValueError);
  EXPECT_THROW(point.jvp(Values{y, tensor({1})}), ValueError);
  EXPECT_THROW(point.jvp(Values{y, tensor({1, 2}, int32)}), TypeError);
  EXPECT_THROW(point.jvp(Values{y, 3}), TypeError);
  EXPECT_THROW(Linearization([] { return Value(x); }, Values{3}), TypeError);
  EXPECT_THROW(Linearization([] { return Value(3); }, Values{x}), TypeError);
}

TEST(Jacobian, IsTheSameByRowsAndByColumns) {
  for (const JacobianMode mode : {JacobianMode::kForward, JacobianMode::kReverse}) {
    Linearization point([] { return Value(Values{x * y, ops::reduce_sum(x * x)}); }, Values{x, y});
    const Value both = jacobian(point, {0, 1}, mode);
    const Tensor by_x = item(item(both, 0), 0).as<Tensor>();
    EXPECT_EQ(by_x.shape(), Shape({2, 2}));
    EXPECT_EQ(numbers(by_x), (std::vector<float>{1, 0, 0, 2}));
    EXPECT_EQ(numbers(item(item(both, 0), 1)), (std::vector<float>{5, 0, 0, 7}));
    EXPECT_EQ(numbers(item(item(both, 1), 0)), (std::vector<float>{10, 14}));
    EXPECT_EQ(numbers(item(item(both, 1), 1)), (std::vector<float>{0, 0}));
  }
}

TEST(Jacobian, LeavesOutLevelsWithOneElement) {
  Linearization point = product();
  EXPECT_EQ(numbers(jacobian(point, {1}, JacobianMode::kReverse)), (std::vector<float>{5, 0, 0, 7}));
  EXPECT_THROW(jacobian(point, {2}, JacobianMode::kReverse), ValueError);
  EXPECT_THROW(jacobian(point, {0, 0}, JacobianMode::kForward), ValueError);
}

}  // namespace
}  // namespace nucella
