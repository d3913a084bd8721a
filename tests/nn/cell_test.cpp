#include "nucella/nn/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/nn/small_nets.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

using test::Block, test::Linear, test::message, test::Net, test::Twice;

std::vector<std::string> names(const Cell& cell) {
  std::vector<std::string> out;
  for (const Parameter& p : cell.get_parameters()) out.push_back(p.name());
  return out;
}
std::vector<std::string> paths(const Cell& cell) {
  std::vector<std::string> out;
  for (const auto& [path, p] : cell.parameters_and_names()) out.push_back(path);
  return out;
}

// --- calling -----------------------------------------------------------------------------------------------

TEST(Cell, ANetOfMembersIsCalledByItsTypes) {
  Net net;
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(14));
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(14)) << "the second call takes the short way";
}

TEST(Cell, ACallThroughTheBaseGivesTheSame) {
  Net net;
  Cell& cell = net;
  EXPECT_THAT(values(cell(tensor({1}))), ElementsAre(14));
  EXPECT_THAT(values(cell.call({tensor({1})}).as<Tensor>()), ElementsAre(14));
  EXPECT_THAT(values(cell.run_construct({tensor({1})}).as<Tensor>()), ElementsAre(14));
}

TEST(Cell, ConstructTakesAndReturnsAnyTypes) {
  struct Mixed : CellOf<Mixed> {
    std::tuple<Tensor, int64_t> construct(const Tensor& x, double factor, const std::string& tag) {
      return {ops::mul(x, scalar(factor)), static_cast<int64_t>(tag.size())};
    }
  } net;
  const auto [y, n] = net(tensor({2}), 3.0, "abc");
  EXPECT_THAT(values(y), ElementsAre(6));
  EXPECT_EQ(n, 3);
  const Values out = net.call({tensor({2}), 3, "abc"}).as<Values>();
  EXPECT_EQ(out[1].as<int64_t>(), 3);
}

TEST(Cell, WrongArgumentsAreTypeErrors) {
  Net net;
  EXPECT_THAT(message<TypeError>([&] { net.call({}); }),
              HasSubstr("Net.construct: expected 1 arguments, got 0"));
  EXPECT_THROW(net.call({"text"}), TypeError);
  EXPECT_THROW(net.call({tensor({1}), tensor({1})}), TypeError);
}

TEST(Cell, WithoutConstructACallIsAnAttributeError) {
  struct Plain : Cell {
  } cell;
  EXPECT_EQ(message<AttributeError>([&] { cell.call({}); }),
            "The 'Plain' object has no attribute 'construct'.");
}

TEST(Cell, ExceptionsPassUnchangedAndLeaveTheCellUsable) {
  struct Moody : CellOf<Moody> {
    Tensor construct(const Tensor& x) {
      if (x.size() != 1) throw std::logic_error("mine");
      return linear(x);
    }
    Child<Linear> linear{*this, "linear"};
  } net;
  EXPECT_EQ(message<std::logic_error>([&] { net(tensor({1, 2})); }), "mine");
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(3));
}

TEST(Cell, TheFirstCallFillsTheWholeTree) {
  struct Lazy : CellOf<Lazy> {
    Tensor construct(const Tensor& x) { return x; }
    Parameter unused{*this, "unused", init::One(), {3}};
  };
  struct Root : CellOf<Root> {
    Tensor construct(const Tensor& x) { return x; }
    Child<Lazy> child{*this, "child"};
  };
  const NoInitParameters scope;
  Root net;
  EXPECT_TRUE(net.child.unused.has_init());
  net(tensor({1}));
  EXPECT_FALSE(net.child.unused.has_init());
}

TEST(Cell, ManyThreadsMayMakeTheFirstCall) {
  struct Lazy : CellOf<Lazy> {
    Tensor construct(const Tensor& x) { return ops::mul(x, w); }
    Parameter w{*this, "w", init::Normal(1.0), {64}};
  };
  for (int round = 0; round < 10; ++round) {
    std::unique_ptr<Lazy> net;
    {
      const NoInitParameters scope;
      net = std::make_unique<Lazy>();
    }
    std::vector<std::vector<float>> seen(4);
    std::vector<std::thread> threads;
    for (auto& out : seen) threads.emplace_back([&] { out = values((*net)(scalar(1))); });
    for (auto& t : threads) t.join();
    for (const auto& out : seen) EXPECT_EQ(out, values(net->w));
  }
}

// --- names -------------------------------------------------------------------------------------------------

TEST(CellNames, ParametersAreNamedAfterTheAttributesThatHoldThem) {
  Net net;
  EXPECT_THAT(names(net),
              ElementsAre("scale", "head.weight", "head.bias", "block.fc.weight", "block.fc.bias"));
  EXPECT_EQ(names(net), paths(net));
}

TEST(CellNames, AnExplicitNameHoldsUntilTheCellIsAttached) {
  struct Inner : Cell {
    Inner() { insert_param_to_cell("w", Parameter(tensor({1}), "custom")); }
  };
  Inner alone;
  EXPECT_THAT(names(alone), ElementsAre("custom"));
  EXPECT_THAT(paths(alone), ElementsAre("w"));
  struct Outer : Cell {
    Child<Inner> c{*this, "c"};
  } outer;
  EXPECT_THAT(names(outer), ElementsAre("c.w"));
  outer.c.find_param("w")->repr();
  Parameter(*outer.c.find_param("w")).set_name("mine");
  EXPECT_THAT(names(outer), ElementsAre("mine"));
}

TEST(CellNames, WithoutAutoPrefixNamesStayAndAreRepairedAtTheFirstCall) {
  struct Pair : CellOf<Pair> {
    Pair() : CellOf(false) {}
    Tensor construct(const Tensor& x) { return b(a(x)); }
    Child<Linear> a{*this, "a"}, b{*this, "b"};
  } net;
  EXPECT_FALSE(net.auto_prefix());
  EXPECT_THAT(names(net), ElementsAre("weight", "bias", "weight", "bias"));
  EXPECT_THAT(message<ValueError>([&] { net.check_names(); }), HasSubstr("'b.weight' has the name 'weight'"));
  const auto dict = net.parameters_dict();
  ASSERT_EQ(dict.size(), 2u);
  EXPECT_TRUE(same(dict[0].second, net.b.weight)) << "the last of equal names stays";
  net(tensor({1}));
  EXPECT_THAT(names(net), ElementsAre("a.weight", "a.bias", "b.weight", "b.bias"));
  net.check_names();
}

TEST(CellNames, TheSameCellUnderTwoAttributesIsListedOnce) {
  struct Twin : Cell {
    explicit Twin(const std::shared_ptr<Linear>& l) : x(*this, "x", l), y(*this, "y", l) {}
    ChildPtr<Linear> x, y;
  } net(std::make_shared<Linear>());
  EXPECT_THAT(names(net), ElementsAre("y.weight", "y.bias")) << "the last attribute gives the names";
  EXPECT_THAT(paths(net), ElementsAre("x.weight", "x.bias")) << "the first one the path";
  EXPECT_EQ(net.cells().size(), 1u);
  EXPECT_THAT(net.repr(), HasSubstr("(y): Linear"));
}

TEST(CellNames, ASharedParameterIsListedOnce) {
  Net net;
  net.block.fc.set_param("weight", net.head.weight);
  EXPECT_THAT(paths(net), ElementsAre("scale", "head.weight", "head.bias", "block.fc.bias"));
  EXPECT_EQ(net.state_dict().size(), 5u) << "the state has it under each path";
}

TEST(CellNames, UpdateParametersName) {
  Net net;
  net.update_parameters_name("moments.");
  EXPECT_THAT(names(net), ElementsAre("moments.scale", "moments.head.weight", "moments.head.bias",
                                      "moments.block.fc.weight", "moments.block.fc.bias"));
  net.update_parameters_name("only.", false);
  EXPECT_EQ(net.scale.name(), "only.scale");
  EXPECT_EQ(net.head.bias.name(), "moments.head.bias");
  EXPECT_THROW(net.update_parameters_name("a b"), ValueError);
}

TEST(CellNames, UpdateCellPrefix) {
  Net net;
  EXPECT_EQ(net.block.fc.param_prefix(), "");
  net.update_cell_prefix();
  EXPECT_EQ(net.block.fc.param_prefix(), "block.fc");
  EXPECT_EQ(net.param_prefix(), "");
}

// --- registries --------------------------------------------------------------------------------------------

TEST(CellRegistry, NamesOfParametersAreChecked) {
  Net net;
  const Parameter p(tensor({1}));
  EXPECT_THROW(net.insert_param_to_cell("", p), KeyError);
  EXPECT_THROW(net.insert_param_to_cell("a.b", p), KeyError);
  EXPECT_THAT(message<KeyError>([&] { net.insert_param_to_cell("head", p); }),
              HasSubstr("Net.insert_param_to_cell: the name 'head' is taken by a child cell"));
  net.insert_param_to_cell("a.b", p, false);
  EXPECT_EQ(p.name(), "a.b") << "an unnamed parameter takes the name";
  net.insert_param_to_cell("none", Parameter());
  EXPECT_FALSE(net.find_param("none")->defined());
  EXPECT_EQ(net.get_parameters(false).size(), 2u) << "an empty slot is not listed";
}

TEST(CellRegistry, AMemberFollowsItsEntryAndTheEntryItsMember) {
  Net net;
  const Parameter other(tensor({10}));
  net.set_param("scale", other);
  EXPECT_TRUE(same(net.scale, other));
  EXPECT_THAT(names(net)[0], "scale");

  const Parameter third(tensor({20}), "third");
  net.scale = third;
  EXPECT_TRUE(same(*net.find_param("scale"), third));
  net.scale = Parameter();
  EXPECT_FALSE(net.find_param("scale")->defined());
  EXPECT_THAT(names(net), ElementsAre("head.weight", "head.bias", "block.fc.weight", "block.fc.bias"));
  EXPECT_THROW(net.set_param("head", other), KeyError);
}

TEST(CellRegistry, ACopyOfAMemberIsOnlyAHandle) {
  Net net;
  {
    Parameter copy = net.scale;
    copy = Parameter(tensor({5}));
  }
  EXPECT_TRUE(same(*net.find_param("scale"), net.scale));
  EXPECT_THAT(values(net.scale), ElementsAre(1));
}

TEST(CellRegistry, AMemberMayBeFilledLaterByMoving) {
  struct Late : Cell {
    explicit Late(bool has_bias) {
      if (has_bias) bias = Parameter(*this, "bias", tensor({4}));
    }
    Parameter bias;
  };
  Late with(true), without(false);
  EXPECT_THAT(names(with), ElementsAre("bias"));
  EXPECT_THAT(names(without), IsEmpty());
  const Parameter other(tensor({9}));
  with.set_param("bias", other);
  EXPECT_TRUE(same(with.bias, other));
}

TEST(CellRegistry, HandlesAndMembersThatDieFirstOrLastDoNoHarm) {
  auto cell = std::make_unique<Linear>();
  auto outside = std::make_unique<Parameter>(*cell, "outside", tensor({1}));
  EXPECT_EQ(cell->get_parameters().size(), 3u);
  auto longer = std::make_unique<Parameter>(*cell, "longer", tensor({1}));
  outside.reset();
  cell->set_param("outside", Parameter(tensor({2})));
  cell.reset();
  *longer = Parameter(tensor({3}));
  EXPECT_THAT(values(*longer), ElementsAre(3));

  Net net;
  { Child<Linear> passing(net, "passing"); }
  EXPECT_EQ(net.find_child("passing"), nullptr);
  EXPECT_EQ(net.get_parameters().size(), 5u);
}

TEST(CellRegistry, TwoMembersOfOneNameAreRefused) {
  struct Slip : Cell {
    Parameter a{*this, "w", tensor({1})}, b{*this, "w", tensor({2})};
  };
  EXPECT_THROW(Slip(), KeyError);
  struct Clash : Cell {
    Parameter a{*this, "w", tensor({1})};
    Child<Linear> b{*this, "w"};
  };
  EXPECT_THROW(Clash(), KeyError);
}

TEST(CellRegistry, InsertChild) {
  Twice net;
  const auto child = std::make_shared<Linear>();
  net.insert_child_to_cell("z", child);
  EXPECT_EQ(child->weight.name(), "weight") << "a direct insert renames nothing";
  EXPECT_THROW(net.insert_child_to_cell("z", child), KeyError);
  EXPECT_THROW(net.insert_child_to_cell("a.b", child), KeyError);
  EXPECT_THROW(net.insert_child_to_cell("", child), KeyError);
  net.insert_child_to_cell("none", nullptr);
  EXPECT_EQ(net.repr(), "Twice(\n  (z): Linear(size=1)\n  (none): None\n)");
  EXPECT_EQ(net.cells().size(), 1u);
}

TEST(CellRegistry, SetChildReplacesInPlaceAndRenames) {
  struct Holder : CellOf<Holder> {
    explicit Holder(CellPtr net)
        : first(*this, "first", net), second(*this, "second", std::make_shared<Twice>()) {}
    Tensor construct(const Tensor& x) { return second(first(x)); }
    ChildPtr<> first;
    ChildPtr<Twice> second;
  } net(std::make_shared<Linear>());
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(6));
  const auto other = std::make_shared<Linear>(5.f, 0.f);
  net.set_child("first", other);
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(10)) << "the member follows";
  EXPECT_EQ(other->weight.name(), "first.weight");
  EXPECT_EQ(net.name_cells()[0].first, "first") << "the order stays";
  EXPECT_THAT(message<TypeError>([&] { net.set_child("second", other); }), HasSubstr("cannot hold a Linear"));

  Net by_value;
  EXPECT_THROW(by_value.set_child("head", other), TypeError);
}

TEST(CellRegistry, RemoveAttribute) {
  Net net;
  net.remove_attribute("scale");
  EXPECT_FALSE(net.scale.defined());
  net.remove_attribute("head");
  EXPECT_THAT(names(net), ElementsAre("block.fc.weight", "block.fc.bias"));
  EXPECT_EQ(message<AttributeError>([&] { net.remove_attribute("foo"); }),
            "The 'Net' object has no attribute 'foo'.");
}

TEST(CellRegistry, ParameterTuplesRegisterUnderTheirOwnNames) {
  struct Tuple : Cell {
  } cell;
  const Parameter unnamed(tensor({1})), named(tensor({2}), "b"), another(tensor({3}));
  cell.insert_parameter_tuple("params", {unnamed, named});
  cell.insert_parameter_tuple("more", ParameterTuple{another});
  EXPECT_THAT(paths(cell), ElementsAre("Parameter$1", "b", "Parameter$2"));
  EXPECT_EQ(unnamed.name(), "Parameter$1");
}

// --- buffers -----------------------------------------------------------------------------------------------

struct NetB : CellOf<NetB> {
  Tensor construct(const Tensor& x) { return ops::add(x, buffer_b); }
  Buffer buffer_b{*this, "buffer_b", tensor({1, 2, 3})};
};
struct NetA : CellOf<NetA> {
  Tensor construct(const Tensor& x) { return ops::add(net_b(x), buffer_a); }
  Child<NetB> net_b{*this, "net_b"};
  Buffer buffer_a{*this, "buffer_a", tensor({4, 5, 6})};
  Buffer scratch{*this, "scratch", tensor({0}), false};
};

TEST(CellBuffers, AreListedOwnFirstWithTheirPaths) {
  NetA net;
  std::vector<std::string> listed;
  for (const auto& [path, buffer] : net.named_buffers()) listed.push_back(path);
  EXPECT_THAT(listed, ElementsAre("buffer_a", "scratch", "net_b.buffer_b"));
  EXPECT_EQ(net.named_buffers("p")[2].first, "p.net_b.buffer_b");
  EXPECT_EQ(net.buffers(false).size(), 2u);
  EXPECT_THAT(values(net.get_buffer("net_b.buffer_b")), ElementsAre(1, 2, 3));
  EXPECT_THROW(net.get_buffer("net_b.other"), AttributeError);
  EXPECT_THROW(net.get_buffer("nobody.buffer_b"), AttributeError);
  EXPECT_THAT(net.get_parameters(), IsEmpty());
}

TEST(CellBuffers, TheVeryTensorIsKeptAndAMemberFollows) {
  NetA net;
  const Tensor mine = tensor({7, 8, 9});
  net.register_buffer("buffer_a", mine);
  EXPECT_TRUE(same(net.buffer_a, mine));
  net.buffer_a = tensor({0, 0, 0});
  EXPECT_THAT(values(*net.find_buffer("buffer_a")), ElementsAre(0, 0, 0));
  net.register_buffer("again", mine);
  EXPECT_EQ(net.named_buffers().size(), 4u);
  net.register_buffer("twice", mine);
  EXPECT_EQ(net.named_buffers().size(), 4u) << "one tensor is listed once";
  EXPECT_EQ(net.named_buffers("", true, false).size(), 5u);
}

TEST(CellBuffers, NamesAreChecked) {
  NetA net;
  EXPECT_THROW(net.register_buffer("", tensor({1})), KeyError);
  EXPECT_THROW(net.register_buffer("a.b", tensor({1})), KeyError);
  EXPECT_THROW(net.register_buffer("net_b", tensor({1})), KeyError);
  net.register_buffer("none", Tensor());
  EXPECT_EQ(net.named_buffers().size(), 3u);
}

// --- the tree ----------------------------------------------------------------------------------------------

TEST(CellTree, CellsAndNamesArePreOrder) {
  Net net;
  std::vector<std::string> listed;
  for (const auto& [path, cell] : net.cells_and_names()) listed.push_back(path + ":" + cell->class_name());
  EXPECT_THAT(listed,
              ElementsAre(":Net", "head:Linear", "block:Block", "block.fc:Linear", "block.relu:Twice"));
  EXPECT_EQ(net.cells_and_names(nullptr, "net")[3].first, "net.block.fc");
  std::set<const Cell*> visited{&net.block};
  EXPECT_EQ(net.cells_and_names(&visited).size(), 2u);
}

TEST(CellTree, GetSubCell) {
  Net net;
  EXPECT_EQ(&net.get_sub_cell("block.fc"), &net.block.fc);
  EXPECT_EQ(&net.get_sub_cell(""), &net);
  EXPECT_EQ(message<AttributeError>([&] { net.get_sub_cell("block.conv.x"); }),
            "Net.get_sub_cell: 'block.conv.x': Block has no child cell 'conv'");
}

TEST(CellTree, ApplyGoesFromTheLeavesUp) {
  Net net;
  std::vector<std::string> order;
  EXPECT_EQ(&net.apply([&](Cell& cell) { order.push_back(cell.class_name()); }), &net);
  EXPECT_THAT(order, ElementsAre("Linear", "Linear", "Twice", "Block", "Net"));
  EXPECT_THROW(net.apply(nullptr), TypeError);
}

TEST(CellTree, TrainableAndUntrainable) {
  Net net;
  net.head.weight.set_requires_grad(false);
  net.head.bias.set_layerwise_parallel(true);
  EXPECT_EQ(net.trainable_params().size(), 4u);
  EXPECT_EQ(net.untrainable_params()[0].name(), "head.weight");
  EXPECT_EQ(net.trainable_params(false).size(), 1u);
  EXPECT_EQ(net.parameters_broadcast_dict().size(), 4u);
}

TEST(CellTree, InitParametersDataMapsEveryParameterToItself) {
  const NoInitParameters scope;
  Net net;
  net.insert_param_to_cell("lazy", Parameter(initializer("ones", {2})));
  const auto map = net.init_parameters_data();
  ASSERT_EQ(map.size(), 6u);
  for (const auto& [before, after] : map) EXPECT_TRUE(same(before, after));
  EXPECT_FALSE(net.find_param("lazy")->has_init());
}

}  // namespace
}  // namespace nucella
