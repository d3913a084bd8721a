#include "nucella/nn/containers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using testing::ElementsAre;

/// y = x * weight
struct Scale : CellOf<Scale> {
  explicit Scale(float by = 1) : weight(*this, "weight", tensor({by})) {}
  Tensor construct(const Tensor& x) { return ops::mul(x, weight); }
  Parameter weight;
};
struct Plain : CellOf<Plain> {
  Tensor construct(const Tensor& x) { return x; }
};

std::shared_ptr<Scale> scale(float by = 1) { return cell<Scale>(by); }

std::vector<std::string> names(const Cell& net) {
  std::vector<std::string> out;
  for (const Parameter& p : net.get_parameters()) out.push_back(p.name());
  return out;
}
float run(Cell& net, float x) { return net(tensor({x})).item<float>(); }

/// A net whose attribute `s` is the container.
template <class C>
struct Net : CellOf<Net<C>> {
  explicit Net(std::shared_ptr<C> c) : s(*this, "s", std::move(c)) {}
  Tensor construct(const Tensor& x) { return s->call({x}).template as<Tensor>(); }
  ChildPtr<C> s;
};

TEST(SequentialCell, CallsItsCellsInOrder) {
  SequentialCell net(scale(2), cell<Plain>(), scale(3));
  EXPECT_EQ(run(net, 1), 6);
  EXPECT_EQ(net.repr(), "SequentialCell(\n  (0): Scale()\n  (1): Plain()\n  (2): Scale()\n)");
  EXPECT_THAT(names(net), ElementsAre("0.weight", "2.weight"));
  SequentialCell empty;
  EXPECT_EQ(run(empty, 5), 5);
  EXPECT_EQ(empty.repr(), "SequentialCell()");
  EXPECT_THROW(net.call({tensor({1}), tensor({1})}), TypeError);
}

TEST(SequentialCell, TakesTheSameCellTwice) {
  const auto twice = scale(3);
  SequentialCell net(twice, twice);
  EXPECT_EQ(run(net, 1), 9);
  EXPECT_EQ(net.size(), 2u);
}

TEST(SequentialCell, IsAMember) {
  struct Model : CellOf<Model> {
    Tensor construct(const Tensor& x) { return layers(x); }
    SequentialCell layers{*this, "layers", scale(2), scale(3)};
  } model;
  EXPECT_EQ(run(model, 1), 6);
  EXPECT_THAT(names(model), ElementsAre("layers.0.weight", "layers.1.weight"));
}

TEST(SequentialCell, NamesGivenAsInAnOrderedDict) {
  const auto s = std::make_shared<SequentialCell>(Named<CellPtr>{{"a", scale(1)}, {"b", scale(2)}});
  Net net(s);
  EXPECT_THAT(names(net), ElementsAre("s.a.weight", "s.b.weight"));
  s->append(scale(3));
  EXPECT_THAT(s->keys(), ElementsAre("a", "b", "2"));
  s->erase(0);
  EXPECT_THAT(s->keys(), ElementsAre("b", "1"));
  EXPECT_THAT(names(net), ElementsAre("s.b.weight", "s.1.weight"));
  EXPECT_THROW(SequentialCell(Named<CellPtr>{{"a", scale()}, {"a", scale()}}), KeyError);
  EXPECT_THROW(SequentialCell(Named<CellPtr>{{"a.b", scale()}}), KeyError);
}

TEST(SequentialCell, EditsKeepNamesInStep) {
  const auto s = std::make_shared<SequentialCell>(scale(1), scale(2), scale(3));
  Net net(s);
  s->erase(1);
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight"));
  s->append(scale(4));
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight", "s.2.weight"));
  s->set(0, scale(5));
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight", "s.2.weight"));
  EXPECT_EQ(run(net, 1), 60);
  EXPECT_EQ((*s)[-1], (*s)[2]);
}

TEST(SequentialCell, ASliceSharesTheCellsAndLeavesTheirNames) {
  const auto s = std::make_shared<SequentialCell>(scale(1), scale(2), scale(3));
  Net net(s);
  const auto tail = s->slice(1);
  EXPECT_EQ(tail->size(), 2u);
  EXPECT_EQ((*tail)[0], (*s)[1]);
  EXPECT_EQ(run(*tail, 1), 6);
  EXPECT_EQ(run(*s->slice(0, -1), 1), 2);
  EXPECT_EQ(s->slice(2, 1)->size(), 0u);
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight", "s.2.weight"));
}

TEST(SequentialCell, WrongIndicesAndCellsChangeNothing) {
  SequentialCell s(scale(1), scale(2));
  EXPECT_THROW(s[2], IndexError);
  EXPECT_THROW(s[-3], IndexError);
  EXPECT_THROW(s.erase(2), IndexError);
  EXPECT_THROW(s.set(2, scale()), IndexError);
  EXPECT_THROW(s.set(0, nullptr), TypeError);
  EXPECT_THROW(s.append(nullptr), TypeError);
  EXPECT_THROW(SequentialCell(std::vector<CellPtr>{nullptr}), TypeError);
  EXPECT_EQ(run(s, 1), 2);
}

TEST(CellList, HoldsCellsThatAreCalledOneByOne) {
  struct Blocks : CellOf<Blocks> {
    Tensor construct(Tensor x) {
      for (const CellPtr& block : blocks.values()) x = (*block)(x);
      return x;
    }
    CellList blocks{*this, "blocks", {scale(2), scale(3)}};
  } net;
  EXPECT_EQ(run(net, 1), 6);
  EXPECT_THAT(names(net), ElementsAre("blocks.0.weight", "blocks.1.weight"));
  EXPECT_THROW(net.blocks.call({tensor({1})}), NotImplementedError);
}

TEST(CellList, AppendInsertExtendErase) {
  const auto l = std::make_shared<CellList>(std::vector<CellPtr>{scale(0), scale(1)});
  Net net(l);
  const auto weight = [&](int64_t i) {
    return std::static_pointer_cast<Scale>((*l)[i])->weight.item<float>();
  };
  l->append(scale(2)).extend({scale(3)});
  l->insert(0, scale(10));
  l->insert(1, scale(11));
  l->insert(-1, scale(12));
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight", "s.2.weight", "s.3.weight", "s.4.weight",
                                      "s.5.weight", "s.6.weight"));
  EXPECT_THAT((std::vector{weight(0), weight(1), weight(2), weight(3), weight(4), weight(5), weight(6)}),
              ElementsAre(10, 11, 0, 1, 2, 12, 3));
  l->insert(7, scale(13));
  EXPECT_EQ(weight(-1), 13);
  l->erase(0);
  EXPECT_EQ(weight(0), 11);
  EXPECT_EQ(names(net).back(), "s.6.weight");
  l->set(0, scale(14));
  EXPECT_EQ(names(net).front(), "s.0.weight");
}

TEST(CellList, FilledOnlyAfterItWasAttachedKeepsShortNames) {
  const auto l = std::make_shared<CellList>();
  Net net(l);
  l->append(scale()).append(scale());
  EXPECT_THAT(names(net), ElementsAre("0.weight", "1.weight"));
  EXPECT_EQ(net.parameters_and_names()[1].first, "s.1.weight") << "paths are always right";
}

TEST(CellList, WithoutAutoPrefixNamesCarryNoIndexUntilTheListIsAttached) {
  const auto l = std::make_shared<CellList>(std::vector<CellPtr>{scale(), scale()}, false);
  EXPECT_THAT(names(*l), ElementsAre("weight", "weight"));
  Net net(l);
  EXPECT_THAT(names(net), ElementsAre("s.0.weight", "s.1.weight"));
}

TEST(CellList, WrongIndicesAndCellsChangeNothing) {
  CellList l({scale(1)});
  EXPECT_THROW(l[1], IndexError);
  EXPECT_THROW(l.insert(2, scale()), IndexError);
  EXPECT_THROW(l.insert(0, nullptr), TypeError);
  EXPECT_THROW(l.extend({scale(), nullptr}), TypeError);
  EXPECT_EQ(l.size(), 1u);
  EXPECT_THAT(l.slice(0)->keys(), ElementsAre("0"));
}

TEST(CellDict, HoldsCellsUnderNames) {
  const auto d = std::make_shared<CellDict>(Named<CellPtr>{{"a", scale(1)}, {"b", scale(2)}});
  Net net(d);
  d->set("c", scale(3));
  d->set("a", scale(4));
  EXPECT_THAT(names(net), ElementsAre("s.a.weight", "s.b.weight", "s.c.weight"));
  EXPECT_THAT(d->keys(), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(d->contains("b"));
  EXPECT_EQ(d->pop("b")->class_name(), "Scale");
  EXPECT_FALSE(d->contains("b"));
  d->update({{"q", cell<Plain>()}});
  EXPECT_EQ(d->repr(), "CellDict(\n  (a): Scale()\n  (c): Scale()\n  (q): Plain()\n)");
  d->clear();
  EXPECT_EQ(d->repr(), "CellDict()");
}

TEST(CellDict, WrongKeysChangeNothing) {
  CellDict d({{"a", scale(1)}});
  EXPECT_THROW(d["x"], KeyError);
  EXPECT_THROW(d.pop("x"), KeyError);
  EXPECT_THROW(d.set("a.b", scale()), KeyError);
  EXPECT_THROW(d.set("", scale()), KeyError);
  EXPECT_THROW(d.update({{"b", scale()}, {"c", nullptr}}), TypeError);
  EXPECT_THAT(d.keys(), ElementsAre("a"));
  EXPECT_THROW(d.call({}), NotImplementedError);
}

}  // namespace
}  // namespace nucella::nn
