#include "nucella/nn/custom_function.h"

#include <gtest/gtest.h>

#include "nucella/nn/value_grad.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

std::vector<float> numbers(const Value& v) { return v.as<Tensor>().to_vector<float>(); }
const Value& item(const Value& v, size_t i) { return v.sequence()->at(i); }

const Tensor x = tensor({2, 2}), y = tensor({3, 3});

// A function given by two lambdas.
struct Given : CustomFunction {
  std::function<Value(Given&, const Values&)> on_forward;
  std::function<Value(Given&, const Values&)> on_backward;
  Value forward(const Values& inputs) override { return on_forward(*this, inputs); }
  Value backward(const Values& grads) override { return on_backward(*this, grads); }
};

using Part = std::function<Value(Given&, const Values&)>;

ValueFn function(Part forward, Part backward) {
  return [=](const Values& in, const ValueDict&) {
    auto fn = std::make_shared<Given>();
    fn->on_forward = forward;
    fn->on_backward = backward;
    return call_custom_function(fn, in);
  };
}

Value all_grads(const ValueFn& fn, const Values& in) {
  return value_and_grad(fn, in, {}, {{GradTargets::Inputs::kAll}}).grads;
}

Tensor at(const Values& in, size_t i) { return in.at(i).as<Tensor>(); }
Value sum_forward(Given&, const Values& in) { return at(in, 0) * at(in, 0) + at(in, 1); }

TEST(CustomFunction, ItsBackwardReplacesTheDerivative) {
  const Value grads = all_grads(function(sum_forward,
                                         [](Given&, const Values& g) {
                                           return Value(Values{at(g, 0) * 3, at(g, 0) * 4});
                                         }),
                                {x, y});
  EXPECT_EQ(numbers(item(grads, 0)), (std::vector<float>{3, 3}));
  EXPECT_EQ(numbers(item(grads, 1)), (std::vector<float>{4, 4}));
}

TEST(CustomFunction, RunsWithoutRecordingWhenNobodyAsks) {
  const Value out = function(sum_forward, nullptr)({x, y}, {});
  EXPECT_EQ(numbers(out), (std::vector<float>{7, 7}));
}

TEST(CustomFunction, KnowsWhichInputsNeedAGradient) {
  std::vector<bool> needs;
  const auto fn = function(
      [&](Given& self, const Values& in) {
        needs = self.needs_input_grad;
        return Value(at(in, 0) * 2);
      },
      [](Given&, const Values& g) {
        return Value(Values{g[0], Value(), Value()});
      });
  value_and_grad([&](const Values& in, const ValueDict& kw) { return fn({in[0], y, 3}, kw); }, {x});
  EXPECT_EQ(needs, (std::vector<bool>{true, false, false}));
}

TEST(CustomFunction, OutputsThatAreNoTensorsKeepTheirPlace) {
  const auto fn = function(
      [](Given&, const Values& in) {
        return Value(Values{at(in, 0) * 2, 4, at(in, 0) * 3});
      },
      [](Given&, const Values& g) {
        EXPECT_TRUE(g.at(1).is_none());
        return Value(at(g, 0) + at(g, 2) * 10);
      });
  EXPECT_EQ(numbers(item(all_grads(fn, {x}), 0)), (std::vector<float>{11, 11}));
}

TEST(CustomFunction, MissingGradientsAreZerosUnlessToldOtherwise) {
  for (const bool materialize : {true, false}) {
    const auto fn = function(
        [=](Given& self, const Values& in) {
          self.materialize_grads = materialize;
          return Value(Values{at(in, 0) * 2, at(in, 0) * 3});
        },
        [=](Given&, const Values& g) {
          EXPECT_EQ(g.at(1).is_none(), !materialize);
          return g.at(0);
        });
    const ValueFn first = [&](const Values& in, const ValueDict& kw) { return item(fn(in, kw), 0); };
    EXPECT_EQ(numbers(item(all_grads(first, {x}), 0)), (std::vector<float>{1, 1}));
  }
}

TEST(CustomFunction, NonDifferentiableOutputsHaveNoGradient) {
  const auto result = function(
      [](Given& self, const Values& in) {
        self.non_differentiable = {at(in, 0)};
        return in[0];
      },
      nullptr);
  EXPECT_EQ(numbers(item(all_grads(result, {x}), 0)), (std::vector<float>{0, 0}));
}

TEST(CustomFunction, AnOutputThatIsAnInputGetsItsOwnGradient) {
  const auto twice = function([](Given&, const Values& in) { return in[0]; },
                              [](Given&, const Values& g) { return Value(at(g, 0) * 2); });
  EXPECT_EQ(numbers(item(all_grads(twice, {x}), 0)), (std::vector<float>{2, 2}));
}

TEST(CustomFunction, GradientsAreCastAndSummed) {
  const Tensor wide = zeros({3, 2});
  const auto fn = function([](Given&, const Values& in) { return Value(at(in, 0) + at(in, 1)); },
                           [](Given&, const Values&) {
                             const Tensor g = tensor({1, 1, 1, 1, 2, 2}, {3, 2}, int64);
                             return Value(Values{g, g});
                           });
  const Value grads = all_grads(fn, {x, wide});
  EXPECT_EQ(item(grads, 0).as<Tensor>().dtype(), float32);
  EXPECT_EQ(numbers(item(grads, 0)), (std::vector<float>{4, 4}));
  EXPECT_EQ(item(grads, 1).as<Tensor>().shape(), Shape({3, 2}));
}

TEST(CustomFunction, WrongGradientsAreRefused) {
  const auto fails = [](Value grads, const Values& in) {
    EXPECT_THROW(all_grads(function([](Given&, const Values& given) { return Value(at(given, 0) * 2); },
                                    [=](Given&, const Values&) { return grads; }),
                           in),
                 RuntimeError);
  };
  fails(x, {x, y});
  fails(Values{x, x}, {x, 3});
  fails(Values{x, 4}, {x, y});
  fails(tensor({1, 2, 3}), {x});
}

TEST(CustomFunction, DirtyTensorsMustBeOutputsAndNoLeaves) {
  const Part dirty_and_lost = [](Given& self, const Values& in) {
    self.dirty_tensors = {at(in, 0)};
    return Value(at(in, 0) * 2);
  };
  EXPECT_THROW(all_grads(function(dirty_and_lost, nullptr), {x}), RuntimeError);
  const Part dirty = [](Given& self, const Values& in) {
    self.dirty_tensors = {at(in, 0)};
    return Value(Values{at(in, 0) * 2, in[0]});
  };
  const Part doubled = [](Given&, const Values& g) { return Value(at(g, 0) * 2 + at(g, 1)); };
  EXPECT_THROW(all_grads(function(dirty, doubled), {x}), RuntimeError);
  const ValueFn behind = [&](const Values& in, const ValueDict& kw) {
    return function(dirty, doubled)({at(in, 0) * 1}, kw);
  };
  EXPECT_EQ(numbers(item(all_grads(behind, {x}), 0)), (std::vector<float>{3, 3}));
  const ValueFn part = [&](const Values&, const ValueDict& kw) {
    return function(dirty, doubled)({ops::strided_slice(tensor({1, 2, 3}), {1}, {3})}, kw);
  };
  EXPECT_THROW(all_grads(part, {x}), RuntimeError);
}

TEST(CustomFunction, CanBeDifferentiatedTwice) {
  const ValueFn cube = function(
      [](Given& self, const Values& in) {
        self.on_backward = [kept = at(in, 0)](Given&, const Values& g) {
          return Value(at(g, 0) * kept * kept * 3);
        };
        return Value(at(in, 0) * at(in, 0) * at(in, 0));
      },
      nullptr);
  const ValueFn first = [&](const Values& in, const ValueDict&) { return value_and_grad(cube, in).grads; };
  EXPECT_EQ(numbers(value_and_grad(first, {x}).grads), (std::vector<float>{12, 12}));
}

}  // namespace
}  // namespace nucella
