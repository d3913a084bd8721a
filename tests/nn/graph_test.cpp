// Graphs: what a trace notes, and what running it again gives.
#include "nucella/nn/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nucella.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Counts its calls in a parameter, and branches on a flag.
struct Counting : CellOf<Counting> {
  nn::Dense dense{*this, "dense", 3, 2};
  Parameter calls{*this, "calls", zeros({1})};
  bool doubles = false;
  std::tuple<Tensor, Tensor> construct(const Tensor& x) {
    const Tensor before = ops::add(calls, ones({1}));
    ops::assign_add(calls, ones({1}));
    Tensor y = ops::relu(dense(x));
    return {doubles ? ops::add(y, y) : y, before};
  }
};

TEST(Graph, RunsAsTheNetDid) {
  Counting net;
  const Tensor x = tensor({1, -2, 3, 4, 5, -6}, {2, 3});
  GraphCell same(trace(net, {x}));
  EXPECT_EQ(net.calls.item<float>(), 0) << "a trace leaves the parameters as they were";
  for (int call = 1; call <= 3; ++call) {
    const auto [y, before] = net(x);
    const Value got = same.call({x});
    EXPECT_EQ((*got.sequence())[0].as<Tensor>().to_vector<float>(), y.to_vector<float>());
    EXPECT_EQ((*got.sequence())[1].as<Tensor>().item<float>(), static_cast<float>(call));
  }
}

TEST(Graph, HasTheParametersThatWereRead) {
  struct Net : CellOf<Net> {
    nn::Dense used{*this, "used", 2, 2}, unused{*this, "unused", 2, 2};
    Tensor construct(const Tensor& x) { return used(x); }
  } net;
  const GraphCell same(trace(net, {ones({1, 2})}));
  std::vector<std::string> names;
  for (const Parameter& p : same.get_parameters()) names.push_back(p.name());
  EXPECT_THAT(names, ElementsAre("used.weight", "used.bias"));
  EXPECT_FALSE(same.get_parameters()[0].id() == net.used.weight.id()) << "copies";
}

TEST(Graph, TakesOtherValuesForItsParameters) {
  nn::Dense net(2, 1);
  const StateDict values = {{"weight", ones({1, 2})}, {"bias", zeros({1})}, {"else", ones({3})}};
  GraphCell same(trace(net, {ones({1, 2})}), values);
  EXPECT_EQ(same(tensor({3, 4}, {1, 2})).item<float>(), 7);
  EXPECT_THROW(GraphCell(trace(net, {ones({1, 2})}), {{"weight", ones({5})}}), ValueError);
}

TEST(Graph, GradientsFlowThroughIt) {
  nn::Dense net(3, 2);
  const Tensor x = tensor({1, 2, 3}, {1, 3});
  GraphCell same(trace(net, {x}));
  const auto gradient = [&](Cell& cell) {
    return grad([&](const Tensor& in) { return ops::reduce_sum(cell(in)); })(x).to_vector<float>();
  };
  EXPECT_EQ(gradient(same), gradient(net));
}

TEST(Graph, AConstantThatIsWrittenToStartsEachRunAsItWas) {
  struct Net : CellOf<Net> {
    Tensor construct(const Tensor& x) {
      const Tensor sum = zeros({2, 2});
      ops::assign_add(ops::reshape(sum, {4}), ops::reshape(x, {4}));  // through a view
      return ops::add(sum, zeros({1}));
    }
  } net;
  const Tensor x = tensor({1, 2, 3, 4}, {2, 2});
  GraphCell same(trace(net, {x}));
  for (int i = 0; i < 2; ++i) EXPECT_THAT(same(x).to_vector<int>(), ElementsAre(1, 2, 3, 4));
}

TEST(Graph, ItsInputsAreThoseOfTheTrace) {
  nn::ReLU net;
  GraphCell same(trace(net, {ones({2, 3})}));
  EXPECT_THAT([&] { same.call({}); }, ThrowsMessage<TypeError>(HasSubstr("expected 1 tensors, got 0")));
  EXPECT_THAT(
      [&] {
        same(ones({3, 2}));
      },
      ThrowsMessage<ValueError>(HasSubstr("must have the shape (2, 3)")));
  EXPECT_THAT([&] { same(ones({2, 3}, float16)); }, ThrowsMessage<TypeError>(HasSubstr("must be Float32")));
}

TEST(Graph, ANetThatThrowsEndsAsItBegan) {
  struct Net : CellOf<Net> {
    Parameter w{*this, "w", ones({2})};
    Tensor construct(const Tensor& x) {
      ops::assign(w, zeros({2}));
      return ops::matmul(x, w);
    }
  } net;
  EXPECT_ANY_THROW(trace(net, {ones({3, 3})}));
  EXPECT_THAT(net.w.to_vector<int>(), ElementsAre(1, 1));
}

TEST(Graph, SetDataWithinTheNetIsNoted) {
  struct Net : CellOf<Net> {
    Parameter w{*this, "w", ones({2})};
    Tensor construct(const Tensor& x) {
      w.set_data(ops::add(w, x));
      return ops::mul(w, x);
    }
  } net;
  const Tensor x = tensor({1, 2}, {2});
  GraphCell same(trace(net, {x}));
  EXPECT_THAT(net.w.to_vector<int>(), ElementsAre(1, 1));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(same(x).to_vector<float>(), net(x).to_vector<float>());
}

TEST(Graph, RecomputedPartsAreNotedAsTheyAre) {
  struct Net : CellOf<Net> {
    nn::Dense dense{*this, "dense", 3, 2};
    Tensor construct(const Tensor& x) {
      return nucella::recompute([&] { return Tensors{ops::relu(dense(x))}; })[0];
    }
  } net;
  const Tensor x = tensor({1, 2, 3}, {1, 3}), other = tensor({-3, 2, 5}, {1, 3});
  GraphCell same(trace(net, {x}));
  EXPECT_EQ(same(other).to_vector<float>(), net(other).to_vector<float>());
}

TEST(Graph, WhatItCannotHold) {
  struct CallsBack : CellOf<CallsBack> {
    Tensor construct(const Tensor& x) {
      return call_op(Op::call_backward, {x},
                     {Attr(std::shared_ptr<Callback>(std::make_shared<Callback>()))})[0];
    }
  } net;
  EXPECT_THAT([&] { trace(net, {ones({2})}); },
              ThrowsMessage<NotImplementedError>(HasSubstr("call_backward")));
  nn::ReLU relu;
  Graph graph = trace(relu, {ones({2})});
  graph.nodes[0].inputs[0] = 77;
  EXPECT_THAT([&] { GraphCell cell(graph); }, ThrowsMessage<ValueError>(HasSubstr("reads tensor 77")));
}

}  // namespace
}  // namespace nucella
