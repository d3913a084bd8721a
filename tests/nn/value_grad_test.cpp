#include "nucella/nn/value_grad.h"

#include <gtest/gtest.h>

#include "nucella/base/context.h"
#include "nucella/grad/no_grad.h"
#include "nucella/nn/cell.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Inputs = GradTargets::Inputs;
using Weights = GradTargets::Weights;

std::vector<float> numbers(const Value& v) { return v.as<Tensor>().to_vector<float>(); }
Tensor at(const Value& v, size_t i) { return v.as<Values>().at(i).as<Tensor>(); }
const Value& item(const Value& v, size_t i) { return v.sequence()->at(i); }

const Tensor x = tensor({5, 7}), y = tensor({1, 2});

Value product(const Values& in, const ValueDict&) { return at(in, 0) * at(in, 1); }

ValueGradResult differentiate_by(const ValueFn& fn, const Values& in, GradTargets targets) {
  return value_and_grad(fn, in, {}, {std::move(targets)});
}

TEST(ValueGrad, TheFirstArgumentIsBareAndAllAreATuple) {
  EXPECT_EQ(numbers(value_and_grad(product, {x, y}).grads), (std::vector<float>{1, 2}));
  const Value all = differentiate_by(product, {x, y}, {Inputs::kAll}).grads;
  ASSERT_EQ(item(all, 0).as<Tensor>().to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(numbers(item(all, 1)), (std::vector<float>{5, 7}));
  const Value one = differentiate_by([](const Values& in, const ValueDict&) { return Value(at(in, 0) * 3); },
                                     {x}, {Inputs::kAll})
                        .grads;
  EXPECT_EQ(one.as<Values>().size(), 1u);
}

TEST(ValueGrad, PositionsGiveABareGradientOrATuple) {
  EXPECT_EQ(numbers(differentiate_by(product, {x, y}, GradTargets::at({1})).grads),
            (std::vector<float>{5, 7}));
  const Value both = differentiate_by(product, {x, y}, GradTargets::at({1, 0})).grads;
  EXPECT_EQ(numbers(item(both, 0)), (std::vector<float>{5, 7}));
  EXPECT_EQ(numbers(item(both, 1)), (std::vector<float>{1, 2}));
}

TEST(ValueGrad, ArgumentsWithoutTensorsTakeNoPart) {
  const ValueFn scaled = [](const Values& in, const ValueDict&) {
    return Value(at(in, 1) * in.at(0).as<double>());
  };
  EXPECT_TRUE(value_and_grad(scaled, {3, x}).grads.as<Values>().empty());
  EXPECT_EQ(numbers(differentiate_by(scaled, {3, x}, GradTargets::at({0, 1})).grads),
            (std::vector<float>{3, 3}));
  EXPECT_EQ(differentiate_by(scaled, {3, x}, {Inputs::kAll}).grads.as<Values>().size(), 1u);
}

TEST(ValueGrad, AGradientIsBuiltAsTheArgument) {
  const ValueFn fn = [](const Values& in, const ValueDict&) {
    const Value& nest = in.at(0);
    return Value(item(nest, 0).as<Tensor>() * item(item(nest, 1), 0).as<Tensor>());
  };
  const Value nest = Values{x, ValueList{{y, 4, 2.5, "text"}}, ValueDict{{"unused", x * 1}}};
  const Value grad = value_and_grad(fn, {nest}).grads;
  EXPECT_EQ(numbers(item(grad, 0)), (std::vector<float>{1, 2}));
  EXPECT_TRUE(item(grad, 1).is<ValueList>());
  EXPECT_EQ(numbers(item(item(grad, 1), 0)), (std::vector<float>{5, 7}));
  EXPECT_EQ(item(item(grad, 1), 1).as<int64_t>(), 0);
  EXPECT_EQ(item(item(grad, 1), 2).as<double>(), 0);
  EXPECT_TRUE(item(item(grad, 1), 3).is_none());
  const auto dict = item(grad, 2).as<ValueDict>();
  EXPECT_EQ(dict.at(0).first, "unused");
  EXPECT_EQ(numbers(dict.at(0).second), (std::vector<float>{0, 0}));
}

TEST(ValueGrad, KeywordArgumentsFollowThePositionalOnes) {
  const ValueFn fn = [](const Values& in, const ValueDict& kw) {
    return Value(at(in, 0) * kw.at(0).second.as<Tensor>());
  };
  const auto result = value_and_grad(fn, {x}, {{"b", y}}, {GradTargets::at({0, 1})});
  EXPECT_EQ(numbers(item(result.grads, 0)), (std::vector<float>{1, 2}));
  EXPECT_EQ(numbers(item(result.grads, 1)), (std::vector<float>{5, 7}));
}

struct Line : CellOf<Line> {
  Parameter slope{*this, "slope", tensor({2, 3})};
  Parameter offset{*this, "offset", tensor({1, 1})};
  Parameter unused{*this, "unused", tensor({1, 1})};
  Parameter frozen{*this, "frozen", tensor({4, 4}), {.requires_grad = false}};
  Tensor construct(const Tensor& in) { return offset + slope * in * frozen; }
};

ValueFn calls(Cell& net) {
  return [&net](const Values& in, const ValueDict& kw) { return net.call(in, kw); };
}

TEST(ValueGrad, WeightsAreATupleOrBare) {
  Line net;
  GradTargets many{Inputs::kNone, {}, Weights::kMany, {net.slope, net.offset}};
  Value grads = differentiate_by(calls(net), {x}, many).grads;
  EXPECT_EQ(numbers(item(grads, 0)), (std::vector<float>{20, 28}));
  EXPECT_EQ(numbers(item(grads, 1)), (std::vector<float>{1, 1}));
  GradTargets one{Inputs::kFirst, {}, Weights::kOne, {net.slope}};
  grads = differentiate_by(calls(net), {x}, one).grads;
  EXPECT_EQ(numbers(item(grads, 0)), (std::vector<float>{8, 12}));
  EXPECT_EQ(numbers(item(grads, 1)), (std::vector<float>{20, 28}));
}

TEST(ValueGrad, UsedWeightsComeInTheOrderOfFirstUse) {
  Line net;
  const GradTargets used{Inputs::kNone, {}, Weights::kUsed, {}, true};
  const Value grads = differentiate_by(calls(net), {x}, used).grads;
  ASSERT_EQ(grads.as<Values>().size(), 2u);
  EXPECT_EQ(item(item(grads, 0), 0).as<std::string>(), "slope");
  EXPECT_EQ(item(item(grads, 1), 0).as<std::string>(), "offset");
  const ValueFn itself = [&](const Values&, const ValueDict&) { return Value(Tensor(net.offset)); };
  EXPECT_EQ(numbers(item(item(differentiate_by(itself, {x}, used).grads, 0), 1)), (std::vector<float>{1, 1}));
}

TEST(ValueGrad, AParameterWithoutRequiresGradHasZeros) {
  Line net;
  GradTargets by_frozen{Inputs::kNone, {}, Weights::kMany, {net.frozen, net.unused}};
  Value grads = differentiate_by(calls(net), {x}, by_frozen).grads;
  EXPECT_EQ(numbers(item(grads, 0)), (std::vector<float>{0, 0}));
  EXPECT_EQ(numbers(item(grads, 1)), (std::vector<float>{0, 0}));
  const ValueFn freezes = [&](const Values& in, const ValueDict&) {
    Value out = at(in, 0) * net.slope;
    net.slope.set_requires_grad(false);
    return out;
  };
  GradTargets by_slope{Inputs::kNone, {}, Weights::kOne, {net.slope}};
  EXPECT_EQ(numbers(differentiate_by(freezes, {x}, by_slope).grads), (std::vector<float>{0, 0}));
}

TEST(ValueGrad, IdsNamePositionsAndParameters) {
  Line net;
  GradTargets targets{Inputs::kPositions, {0}, Weights::kMany, {net.slope, net.offset}, true};
  const Value grads = differentiate_by(calls(net), {x}, targets).grads;
  EXPECT_EQ(item(item(grads, 0), 0).as<int64_t>(), 0);
  EXPECT_EQ(item(item(item(grads, 1), 1), 0).as<std::string>(), "offset");
  EXPECT_EQ(numbers(get_grad(grads, 0)), (std::vector<float>{8, 12}));
  EXPECT_EQ(numbers(get_grad(grads, Tensor(net.offset))), (std::vector<float>{1, 1}));
  EXPECT_THROW(get_grad(grads, 1), RuntimeError);
  EXPECT_THROW(get_grad(grads, Tensor(net.frozen)), RuntimeError);
  EXPECT_THROW(get_grad(grads, "slope"), TypeError);
  EXPECT_THROW(get_grad(grads, x), TypeError);
  EXPECT_THROW(get_grad(3, 0), RuntimeError);
}

TEST(ValueGrad, SensWeightsTheOutputs) {
  const ValueFn two = [](const Values& in, const ValueDict&) {
    return Value(Values{at(in, 0) * at(in, 1), "label", at(in, 0)});
  };
  const ValueGradOptions with_sens{{}, false, true};
  EXPECT_EQ(numbers(value_and_grad(product, {x, y, tensor({10, 1})}, {}, with_sens).grads),
            (std::vector<float>{10, 2}));
  EXPECT_EQ(numbers(value_and_grad(product, {x, y}, {{"sens", tensor({10, 1})}}, with_sens).grads),
            (std::vector<float>{10, 2}));
  EXPECT_EQ(
      numbers(value_and_grad(two, {x, y, Values{tensor({10, 1}), tensor({1, 1})}}, {}, with_sens).grads),
      (std::vector<float>{11, 3}));
  EXPECT_THROW(value_and_grad(two, {x, y, x}, {}, with_sens), RuntimeError);
  EXPECT_THROW(value_and_grad(product, {x, y, 2.0}, {}, with_sens), RuntimeError);
  EXPECT_THROW(value_and_grad(product, {x, y, Value()}, {}, with_sens), RuntimeError);
  EXPECT_THROW(value_and_grad(product, {x, y, tensor({1})}, {}, with_sens), ValueError);
  EXPECT_THROW(value_and_grad(product, {x, y, tensor({1, 1}, int32)}, {}, with_sens), TypeError);
  EXPECT_THROW(value_and_grad(product, {}, {}, with_sens), IndexError);
}

TEST(ValueGrad, OnlyTheFirstOutputCountsWithAux) {
  const ValueFn two = [](const Values& in, const ValueDict&) {
    return Value(Values{at(in, 0) * 2, at(in, 0), 3});
  };
  const auto result = value_and_grad(two, {x}, {}, {{}, true});
  EXPECT_EQ(numbers(result.grads), (std::vector<float>{2, 2}));
  EXPECT_EQ(result.value.as<Values>().size(), 3u);
  EXPECT_EQ(numbers(value_and_grad(two, {x}).grads), (std::vector<float>{3, 3}));
  EXPECT_THROW(value_and_grad(product, {x, y}, {}, {{}, true}), ValueError);
}

TEST(ValueGrad, OutputsWithoutTensorsHaveZeroGradients) {
  const ValueFn constant = [](const Values&, const ValueDict&) { return Value("text"); };
  EXPECT_EQ(numbers(value_and_grad(constant, {x}).grads), (std::vector<float>{0, 0}));
  const ValueFn compare = [](const Values& in, const ValueDict&) {
    return Value(ops::greater(at(in, 0), y));
  };
  EXPECT_EQ(numbers(value_and_grad(compare, {x}).grads), (std::vector<float>{0, 0}));
}

TEST(ValueGrad, WrongPositionsAreRefused) {
  EXPECT_THROW(differentiate_by(product, {x, y}, GradTargets::at({})), RuntimeError);
  EXPECT_THROW(differentiate_by(product, {x, y}, GradTargets::at({0, 0})), ValueError);
  EXPECT_THROW(differentiate_by(product, {x, y}, GradTargets::at({-1})), ValueError);
  EXPECT_THROW(differentiate_by(product, {x, y}, GradTargets::at({2})), RuntimeError);
  const ValueFn none = [](const Values&, const ValueDict&) { return Value(x * 2); };
  EXPECT_TRUE(differentiate_by(none, {}, GradTargets::at({0})).grads.as<Values>().empty());
  set_context({.mode = Mode::kGraph});
  EXPECT_THROW(differentiate_by(product, {x, y}, GradTargets::at({2})), IndexError);
  set_context({.mode = Mode::kPynative});
}

TEST(ValueGrad, OfAnyOrder) {
  const ValueFn cube = [](const Values& in, const ValueDict&) {
    return Value(at(in, 0) * at(in, 0) * at(in, 0));
  };
  const ValueFn first = [&](const Values& in, const ValueDict&) { return value_and_grad(cube, in).grads; };
  const ValueFn second = [&](const Values& in, const ValueDict&) { return value_and_grad(first, in).grads; };
  EXPECT_EQ(numbers(second({x}, {})), (std::vector<float>{30, 42}));
  EXPECT_EQ(numbers(value_and_grad(second, {x}).grads), (std::vector<float>{6, 6}));
}

TEST(ValueGrad, ARecordCanBeKeptForSeveralGradients) {
  const Values in{x, y};
  RecordedRun run([&] { return product(in, {}); }, in, {Inputs::kAll});
  EXPECT_EQ(numbers(run.value()), (std::vector<float>{5, 14}));
  EXPECT_EQ(numbers(item(run.gradients(tensor({1, 0}), true), 0)), (std::vector<float>{1, 0}));
  EXPECT_EQ(numbers(item(run.gradients(tensor({0, 1}), true), 0)), (std::vector<float>{0, 2}));
}

TEST(ValueGrad, AnExceptionLeavesNoTapeBehind) {
  const ValueFn fails = [](const Values& in, const ValueDict&) -> Value {
    ops::mul(at(in, 0), at(in, 0));
    throw std::out_of_range("from the function");
  };
  EXPECT_THROW(value_and_grad(fails, {x}), std::out_of_range);
  EXPECT_EQ(top_interceptor(), nullptr);
}

TEST(NoGrad, NothingIsRecordedAndGradientsAreRefused) {
  const ValueFn fn = [](const Values& in, const ValueDict&) {
    Tensor hidden;
    {
      const NoGradScope no_grad;
      hidden = at(in, 0) * 100;
    }
    return Value(hidden + at(in, 0));
  };
  EXPECT_EQ(numbers(value_and_grad(fn, {x}).grads), (std::vector<float>{1, 1}));
  const NoGradScope no_grad;
  EXPECT_FALSE(grad_enabled());
  EXPECT_THROW(value_and_grad(fn, {x}), RuntimeError);
}

}  // namespace
}  // namespace nucella
