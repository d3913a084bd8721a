#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/context.h"
#include "nucella/grad/tape.h"
#include "nucella/nn/cell.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

/// y = x * w + b with w = 3, b = 1
struct Affine : CellOf<Affine> {
  Tensor construct(const Tensor& x) {
    events.push_back("construct");
    return ops::add(ops::mul(x, w), b);
  }
  Parameter w{*this, "w", tensor({3})}, b{*this, "b", tensor({1})};
  std::vector<std::string> events;
};

struct Grads {
  Tensors wrt;
  Tensor out;
};

/// Runs `net` on x under a tape and differentiates the sum of its tensors.
Grads differentiate(Cell& net, const Values& inputs, const Tensors& wrt, const Tensors& used = {}) {
  Tape tape;
  for (const Tensor& t : wrt) tape.watch(t);
  Value out;
  {
    TapeScope recording(tape);
    out = net.call(inputs);
  }
  const Tensors outputs = used.empty() ? out.tensors() : used;
  return {tape.backward(outputs, {}, wrt), outputs[0]};
}

/// First and second derivative at x of a net of one number.
std::pair<float, float> derivatives(Cell& net, float at) {
  const Tensor x = tensor({at});
  Tape outer;
  outer.watch(x);
  Tensor first;
  {
    TapeScope recording(outer);
    first = differentiate(net, {x}, {x}).wrt[0];
  }
  return {first.item<float>(), outer.backward({first}, {}, {x})[0].item<float>()};
}

// --- forward -----------------------------------------------------------------------------------------------

TEST(ForwardHooks, RunInTheOrderOfRegistrationAroundConstruct) {
  Affine net;
  auto pre = [&](const char* name) {
    return [&, name](Cell&, const Values&) -> std::optional<Values> {
      return net.events.push_back(name), std::nullopt;
    };
  };
  auto post = [&](const char* name) {
    return [&, name](Cell&, const Values&, const Value&) -> std::optional<Value> {
      return net.events.push_back(name), std::nullopt;
    };
  };
  net.register_forward_hook(post("after 1"));
  net.register_forward_pre_hook(pre("before 1"));
  net.register_forward_pre_hook(pre("before 2"));
  net.register_forward_hook(post("after 2"));
  EXPECT_THAT(values(net(tensor({2}))), ElementsAre(7));
  EXPECT_THAT(net.events, ElementsAre("before 1", "before 2", "construct", "after 1", "after 2"));
}

TEST(ForwardHooks, WhatTheyReturnReplacesInputsAndOutputs) {
  Affine net;
  net.register_forward_pre_hook([](Cell&, const Values&) { return Values{tensor({10})}; });
  net.register_forward_hook([](Cell& cell, const Values& inputs,
                               const Value& output) -> std::optional<Value> {
    EXPECT_EQ(cell.class_name(), "Affine");
    EXPECT_THAT(values(inputs[0].as<Tensor>()), ElementsAre(10)) << "inputs are those after the pre-hooks";
    return Value(ops::mul(output.as<Tensor>(), scalar(2)));
  });
  EXPECT_THAT(values(net(tensor({2}))), ElementsAre(62));
}

TEST(ForwardHooks, AWrongNumberOfInputsIsATypeError) {
  Affine net;
  net.register_forward_pre_hook([](Cell&, const Values& in) { return Values{in[0], in[0]}; });
  EXPECT_THROW(net(tensor({2})), TypeError);
}

TEST(ForwardHooks, HandlesRemoveOnceAndOutliveTheCell) {
  HookHandle handle;
  {
    Affine net;
    int calls = 0;
    handle = net.register_forward_hook(
        [&](Cell&, const Values&, const Value&) { return ++calls, std::optional<Value>(); });
    net(tensor({1}));
    handle.remove();
    handle.remove();
    net(tensor({1}));
    EXPECT_EQ(calls, 1);
    handle =
        net.register_forward_hook([&](Cell&, const Values&, const Value&) { return std::optional<Value>(); });
  }
  handle.remove();
}

TEST(ForwardHooks, MayAddAndRemoveHooksWhileRunning) {
  Affine net;
  HookHandle self;
  int first = 0, second = 0;
  self = net.register_forward_hook([&](Cell& cell, const Values&, const Value&) -> std::optional<Value> {
    ++first;
    self.remove();
    cell.register_forward_hook(
        [&](Cell&, const Values&, const Value&) { return ++second, std::optional<Value>(); });
    return std::nullopt;
  });
  net(tensor({1}));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0) << "a hook that was added during a call waits for the next";
  net(tensor({1}));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(ForwardHooks, RegisteredInConstructAddOneForEachRun) {
  struct Growing : CellOf<Growing> {
    Tensor construct(const Tensor& x) {
      register_forward_hook(
          [this](Cell&, const Values&, const Value&) { return ++calls, std::optional<Value>(); });
      return x;
    }
    int calls = 0;
  } net;
  for (int run = 0; run < 3; ++run) net(tensor({1}));
  EXPECT_EQ(net.calls, 1 + 2 + 3);
}

TEST(ForwardHooks, ExceptionsPassUnchanged) {
  Affine net;
  const HookHandle handle = net.register_forward_pre_hook(
      [](Cell&, const Values&) -> std::optional<Values> { throw std::out_of_range("mine"); });
  EXPECT_THROW(net(tensor({1})), std::out_of_range);
  HookHandle(handle).remove();
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(4));
}

TEST(Hooks, AMissingFunctionIsATypeError) {
  Affine net;
  EXPECT_THROW(net.register_forward_pre_hook(nullptr), TypeError);
  EXPECT_THROW(net.register_forward_hook(nullptr), TypeError);
  EXPECT_THROW(net.register_backward_pre_hook(nullptr), TypeError);
  EXPECT_THROW(net.register_backward_hook(nullptr), TypeError);
}

TEST(Hooks, RegisteredInGraphModeHaveNoEffect) {
  Affine net;
  int calls = 0;
  set_context({.mode = Mode::kGraph});
  HookHandle handle = net.register_forward_hook(
      [&](Cell&, const Values&, const Value&) { return ++calls, std::optional<Value>(); });
  set_context({.mode = Mode::kPynative});
  net(tensor({1}));
  EXPECT_EQ(calls, 0);
  handle.remove();
}

// --- backward ----------------------------------------------------------------------------------------------

TEST(BackwardHooks, SeeAndReplaceGradientsOnTheirWay) {
  Affine net;
  const Tensor a = tensor({2});
  Tensors seen_in, seen_out;
  net.register_backward_pre_hook([](Cell&, const Tensors& g) { return Tensors{ops::mul(g[0], scalar(2))}; });
  HookHandle handle = net.register_backward_hook([&](Cell&, const Tensors& in, const Tensors& out) {
    seen_in = in;
    seen_out = out;
    return Tensors{tensor({100})};
  });
  const Grads g = differentiate(net, {a}, {a, net.w, net.b});
  EXPECT_THAT(values(seen_out[0]), ElementsAre(2)) << "as modified by the pre-hook";
  EXPECT_THAT(values(seen_in[0]), ElementsAre(6));
  EXPECT_THAT(values(g.wrt[0]), ElementsAre(100));
  EXPECT_THAT(values(g.wrt[1]), ElementsAre(4)) << "weights feel the pre-hook only";
  EXPECT_THAT(values(g.wrt[2]), ElementsAre(2));
  handle.remove();
  EXPECT_THAT(values(differentiate(net, {a}, {a}).wrt[0]), ElementsAre(6));
}

TEST(BackwardHooks, RunInOrderAfterTheForwardPass) {
  Affine net;
  for (const char* name : {"pre 1", "pre 2"})
    net.register_backward_pre_hook(
        [&net, name](Cell&, const Tensors&) { return net.events.push_back(name), std::optional<Tensors>(); });
  for (const char* name : {"hook 1", "hook 2"})
    net.register_backward_hook([&net, name](Cell&, const Tensors&, const Tensors&) {
      return net.events.push_back(name), std::optional<Tensors>();
    });
  const Tensor x = tensor({2});
  differentiate(net, {x}, {x});
  EXPECT_THAT(net.events, ElementsAre("construct", "pre 1", "pre 2", "hook 1", "hook 2"));
}

TEST(BackwardHooks, RunWhenOnlyWeightsAreDifferentiated) {
  Affine net;
  int calls = 0;
  net.register_backward_hook([&](Cell&, const Tensors& in, const Tensors& out) -> std::optional<Tensors> {
    ++calls;
    EXPECT_EQ(in.size(), 1u);
    EXPECT_FALSE(in[0].defined());
    EXPECT_THAT(values(out[0]), ElementsAre(1));
    return std::nullopt;
  });
  const Grads g = differentiate(net, {tensor({2})}, {net.w});
  EXPECT_THAT(values(g.wrt[0]), ElementsAre(2));
  EXPECT_EQ(calls, 1);
}

TEST(BackwardHooks, DoNothingWithoutATape) {
  Affine net;
  int calls = 0;
  net.register_backward_hook(
      [&](Cell&, const Tensors&, const Tensors&) { return ++calls, std::optional<Tensors>(); });
  EXPECT_THAT(values(net(tensor({2}))), ElementsAre(7));
  EXPECT_EQ(calls, 0);
}

struct TwoOutputs : CellOf<TwoOutputs> {
  std::tuple<Tensor, Tensor> construct(const Tensor& x, int64_t, const Tensor& y) {
    return {ops::mul(x, scalar(2)), ops::mul(y, scalar(3))};
  }
};

TEST(BackwardHooks, AGradientThatDoesNotArriveIsNone) {
  TwoOutputs net;
  Tensors first, in;
  net.register_backward_pre_hook(
      [&](Cell&, const Tensors& g) { return first = g, std::optional<Tensors>(); });
  net.register_backward_hook(
      [&](Cell&, const Tensors& g, const Tensors&) { return in = g, std::optional<Tensors>(); });
  const Tensor x = tensor({1}), y = tensor({1});
  Tape tape;
  tape.watch(x);
  tape.watch(y);
  Tensor used;
  {
    TapeScope recording(tape);
    used = net.call({x, 5, y}).tensors()[0];
  }
  const Tensors g = tape.backward({used}, {}, {x, y});
  ASSERT_EQ(first.size(), 2u);
  EXPECT_THAT(values(first[0]), ElementsAre(1));
  EXPECT_FALSE(first[1].defined());
  ASSERT_EQ(in.size(), 2u) << "one for each tensor, none for the number";
  EXPECT_THAT(values(in[0]), ElementsAre(2));
  EXPECT_FALSE(in[1].defined());
  EXPECT_THAT(values(g[0]), ElementsAre(2));
  EXPECT_FALSE(g[1].defined());
}

TEST(BackwardHooks, WrongCountsAndShapesAreErrors) {
  const Tensor x = tensor({2});
  {
    Affine net;
    net.register_backward_pre_hook([](Cell&, const Tensors& g) { return Tensors{g[0], g[0]}; });
    EXPECT_THROW(differentiate(net, {x}, {x}), TypeError);
  }
  {
    Affine net;
    net.register_backward_hook([](Cell&, const Tensors&, const Tensors&) { return Tensors{}; });
    EXPECT_THROW(differentiate(net, {x}, {x}), TypeError);
  }
  Affine net;
  HookHandle handle = net.register_backward_hook([](Cell&, const Tensors&, const Tensors&) {
    return Tensors{tensor({1, 2})};
  });
  EXPECT_THROW(differentiate(net, {x}, {x}), ValueError);
  handle.remove();
  EXPECT_THAT(values(differentiate(net, {x}, {x}).wrt[0]), ElementsAre(3)) << "the cell is as good as before";
}

TEST(BackwardHooks, OneThatRemovesItselfRunsOnce) {
  Affine net;
  int calls = 0;
  HookHandle self;
  self = net.register_backward_hook([&](Cell&, const Tensors&, const Tensors&) {
    ++calls;
    self.remove();
    return std::optional<Tensors>();
  });
  const Tensor x = tensor({2});
  differentiate(net, {x}, {x});
  differentiate(net, {x}, {x});
  EXPECT_EQ(calls, 1);
}

TEST(BackwardHooks, ACellThatIsGoneIsAnErrorAndNoCrash) {
  const Tensor x = tensor({2});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    Affine net;
    net.register_backward_hook(
        [](Cell&, const Tensors&, const Tensors&) { return std::optional<Tensors>(); });
    TapeScope recording(tape);
    y = net(x);
  }
  EXPECT_THROW(tape.backward({y}, {}, {x}), RuntimeError);
}

TEST(BackwardHooks, StandInSecondDerivatives) {
  struct Cube : CellOf<Cube> {
    Tensor construct(const Tensor& x) { return ops::mul(ops::mul(x, x), x); }
  } net;
  net.register_backward_pre_hook([](Cell&, const Tensors& g) { return Tensors{ops::mul(g[0], scalar(2))}; });
  const auto [first, second] = derivatives(net, 2);
  EXPECT_EQ(first, 24);
  EXPECT_EQ(second, 24);
}

// --- custom bprop ------------------------------------------------------------------------------------------

struct WithBprop : CellOf<WithBprop> {
  Tensor construct(const Tensor& x, const Tensor& y) { return ops::mul(ops::mul(x, y), w); }
  Tensors bprop(const Tensor& x, const Tensor& y, const Tensor& out, const Tensor& dout) {
    seen_out = out;
    return {ops::mul(dout, ops::mul(y, scalar(10))), ops::mul(dout, x)};
  }
  Parameter w{*this, "w", tensor({1})};
  Tensor seen_out;
};

TEST(CustomBprop, ReplacesTheDerivativeAltogether) {
  WithBprop net;
  const Tensor x = tensor({2}), y = tensor({3});
  const Grads g = differentiate(net, {x, y}, {x, y, net.w});
  EXPECT_THAT(values(g.out), ElementsAre(6));
  EXPECT_THAT(values(net.seen_out), ElementsAre(6));
  EXPECT_THAT(values(g.wrt[0]), ElementsAre(30));
  EXPECT_THAT(values(g.wrt[1]), ElementsAre(2));
  EXPECT_FALSE(g.wrt[2].defined()) << "nothing flows to a parameter that construct used";
}

TEST(CustomBprop, ItsCellMayBeCalledByTypesAndWithoutATape) {
  WithBprop net;
  EXPECT_THAT(values(net(tensor({2}), tensor({3}))), ElementsAre(6));
}

TEST(CustomBprop, CombinesWithBackwardHooks) {
  WithBprop net;
  Tensors in;
  net.register_backward_hook(
      [&](Cell&, const Tensors& g, const Tensors&) { return in = g, std::optional<Tensors>(); });
  const Tensor x = tensor({2}), y = tensor({3});
  differentiate(net, {x, y}, {x, y});
  EXPECT_THAT(values(in[0]), ElementsAre(30));
}

TEST(CustomBprop, MirrorsTuplesAndSkipsNumbers) {
  struct Pair : CellOf<Pair> {
    std::tuple<Tensor, Tensor> construct(const Tensor& x, double factor) {
      return {ops::mul(x, scalar(factor)), ops::mul(x, x)};
    }
    Tensors bprop(const Tensor&, double factor, const std::tuple<Tensor, Tensor>&,
                  const std::tuple<Tensor, Tensor>& dout) {
      return {ops::add(ops::mul(std::get<0>(dout), scalar(factor)), std::get<1>(dout)), {}};
    }
  } net;
  const Tensor x = tensor({2});
  Tape tape;
  tape.watch(x);
  Tensor used;
  {
    TapeScope recording(tape);
    used = std::get<0>(net(x, 5.0));
  }
  EXPECT_THAT(values(tape.backward({used}, {}, {x})[0]), ElementsAre(5))
      << "an unused output counts with zeros";
}

TEST(CustomBprop, SecondDerivativesGoThroughIt) {
  struct Exp : CellOf<Exp> {
    Tensor construct(const Tensor& x) { return ops::exp(x); }
    Tensor bprop(const Tensor&, const Tensor& out, const Tensor& dout) { return ops::mul(out, dout); }
  } net;
  const auto [first, second] = derivatives(net, 0);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(CustomBprop, WrongResultsAreErrors) {
  struct Wrong : CellOf<Wrong> {
    explicit Wrong(Tensors result) : result(std::move(result)) {}
    Tensor construct(const Tensor& x, const Tensor& y) { return ops::mul(x, y); }
    Tensors bprop(const Tensor&, const Tensor&, const Tensor&, const Tensor&) { return result; }
    Tensors result;
  };
  const Tensor x = tensor({2, 2}), y = tensor({3, 3});
  Wrong few({tensor({1, 1})}), shape({tensor({1, 1}), tensor({1, 2, 3})});
  EXPECT_THROW(differentiate(few, {x, y}, {x}), RuntimeError);
  EXPECT_THROW(differentiate(shape, {x, y}, {x}), RuntimeError);
}

TEST(CustomBprop, GradientsAreCastSummedOrLeftOut) {
  struct Loose : CellOf<Loose> {
    Tensor construct(const Tensor& x, const Tensor& y) { return ops::mul(x, y); }
    Tensors bprop(const Tensor&, const Tensor&, const Tensor&, const Tensor&) {
      return {tensor({1, 2, 3, 4}, {2, 2}, int32), Tensor()};
    }
  };
  const Tensor x = tensor({2, 2}), y = tensor({3, 3});
  Loose net;
  const Tensors grads = differentiate(net, {x, y}, {x, y}).wrt;
  EXPECT_EQ(grads[0].dtype(), float32);
  EXPECT_THAT(values(grads[0]), ElementsAre(4, 6));
  EXPECT_FALSE(grads[1].defined());
}

}  // namespace
}  // namespace nucella
