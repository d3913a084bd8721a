#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nn/cell.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
std::vector<float> values(const Value& v) { return values(v.as<Tensor>()); }

struct Sub : Cell {
  Parameter sw{*this, "sw", tensor({1})};
  Buffer sb{*this, "sb", tensor({2})};
};
struct Net : Cell {
  Child<Sub> sub{*this, "sub"};
  Parameter w{*this, "w", tensor({3, 3})};
  Buffer b{*this, "b", tensor({4})};
  Buffer scratch{*this, "scratch", tensor({5}), false};
};

TEST(StateDict, IsAnOrderedMap) {
  StateDict d{{"b", 1}, {"a", 2}};
  d.set("c", 3);
  d.set("b", "text");
  EXPECT_THAT(d.keys(), ElementsAre("b", "a", "c"));
  EXPECT_EQ(d.at("b").as<std::string>(), "text");
  d.erase("a");
  d.erase("nobody");
  EXPECT_THAT(d.keys(), ElementsAre("b", "c"));
  EXPECT_EQ(d.at("c").as<int64_t>(), 3);
  EXPECT_THROW(d.at("a"), KeyError);
  EXPECT_EQ(d.find("a"), nullptr);
}

TEST(CellState, KeysAreAttributePathsInOrder) {
  Net net;
  net.w.set_name("renamed");
  EXPECT_THAT(net.state_dict().keys(), ElementsAre("w", "b", "sub.sw", "sub.sb"));
  EXPECT_THAT(net.state_dict("p").keys(), ElementsAre("pw", "pb", "psub.sw", "psub.sb"));
  net.set_param("w", Parameter());
  EXPECT_THAT(net.state_dict().keys(), ElementsAre("b", "sub.sw", "sub.sb"));
}

TEST(CellState, ValuesAreLiveOrCopies) {
  Net net;
  EXPECT_TRUE(same(net.state_dict().at("w").as<Tensor>(), net.w));
  EXPECT_TRUE(same(net.state_dict().at("b").as<Tensor>(), net.b));
  const StateDict copies = net.state_dict("", true);
  net.w.set_data(tensor({0, 0}));
  EXPECT_THAT(values(copies.at("w")), ElementsAre(3, 3));
  EXPECT_EQ(Parameter::of(copies.at("w").as<Tensor>()).name(), "w");
}

TEST(CellState, RoundTrip) {
  Net from, to;
  from.w.set_data(tensor({7, 8}));
  from.sub.sb.copy_from(tensor({9}));
  const void* id = to.w.id();
  const IncompatibleKeys keys = to.load_state_dict(from.state_dict());
  EXPECT_EQ(keys.repr(), "<All keys matched successfully>");
  EXPECT_EQ(to.w.id(), id);
  EXPECT_THAT(values(to.w), ElementsAre(7, 8));
  EXPECT_THAT(values(to.sub.sb), ElementsAre(9));
  EXPECT_EQ(from.load_state_dict(from.state_dict()).repr(), keys.repr()) << "a net takes its own state";
  EXPECT_THAT(values(from.w), ElementsAre(7, 8));
}

TEST(CellState, ValuesAreCastToTheTarget) {
  Net net;
  net.load_state_dict({{"w", tensor({1.5, 2.5}, float64)}}, false);
  EXPECT_EQ(net.w.dtype(), float32);
  EXPECT_THAT(values(net.w), ElementsAre(1.5, 2.5));
}

TEST(CellState, MissingAndUnexpectedKeys) {
  Net net;
  const StateDict state{
      {"w", tensor({1, 2})}, {"x", tensor({1})}, {"scratch", tensor({1})}, {"sub.y", tensor({1})}};
  const IncompatibleKeys keys = net.load_state_dict(state, false);
  EXPECT_THAT(keys.missing_keys, ElementsAre("b", "sub.sw", "sub.sb"));
  EXPECT_THAT(keys.unexpected_keys, ElementsAre("x", "scratch", "sub.y"));
  EXPECT_THAT(values(net.w), ElementsAre(1, 2));
  EXPECT_EQ((IncompatibleKeys{{}, {"x"}}).repr(),
            "_IncompatibleKeys(missing_keys=[], unexpected_keys=['x'])");
}

TEST(CellState, AStrictLoadThatFailsChangesNothing) {
  Net net;
  const std::string text = test::message<RuntimeError>([&] {
    net.load_state_dict({{"w", tensor({1, 2})}, {"x", tensor({1})}});
  });
  EXPECT_THAT(text, HasSubstr("Error(s) in loading state_dict for Net:"));
  EXPECT_THAT(text, HasSubstr("\n\tMissing key(s): b, sub.sw, sub.sb"));
  EXPECT_THAT(text, HasSubstr("\n\tUnexpected key(s): x"));
  EXPECT_THAT(values(net.w), ElementsAre(3, 3));
}

TEST(CellState, WrongShapesAndKindsAreErrorsEvenWhenNotStrict) {
  Net net;
  const std::string text = test::message<RuntimeError>([&] {
    net.load_state_dict({{"w", tensor({1, 2, 3})}, {"b", "text"}, {"sub.sw", tensor({8})}}, false);
  });
  EXPECT_THAT(text, HasSubstr("for 'w': expected the shape (2,), got (3,)"));
  EXPECT_THAT(text, HasSubstr("for 'b': expected a Tensor, got str"));
  EXPECT_THAT(values(net.sub.sw), ElementsAre(1)) << "what would have fitted is not taken either";
}

TEST(CellState, ADeclaredParameterTakesTheValueAndForgetsItsInitializer) {
  struct Lazy : CellOf<Lazy> {
    Tensor construct(const Tensor& x) { return ops::add(x, a); }
    Parameter a{*this, "a", init::One(), {3}}, other{*this, "other", init::One(), {3}};
  };
  const NoInitParameters scope;
  Lazy net;
  EXPECT_EQ(net.state_dict().size(), 2u);
  EXPECT_TRUE(net.a.has_init()) << "state_dict leaves it declared";
  net.load_state_dict({{"a", tensor({5, 6, 7})}}, false);
  EXPECT_FALSE(net.a.has_init());
  EXPECT_TRUE(net.other.has_init()) << "one that is not in the dict stays declared";
  EXPECT_THAT(values(net(scalar(0))), ElementsAre(5, 6, 7));
  net.init_parameters_data();
  EXPECT_THAT(values(net.a), ElementsAre(5, 6, 7));
}

TEST(CellState, HooksRunPerCellAndMayAdd) {
  Net net;
  std::vector<std::string> events;
  net.register_state_dict_pre_hook(
      [&](Cell&, const std::string& prefix, bool) { events.push_back("pre:" + prefix); });
  net.sub.register_state_dict_pre_hook(
      [&](Cell&, const std::string& prefix, bool) { events.push_back("pre:" + prefix); });
  net.sub.register_state_dict_post_hook(
      [&](Cell&, StateDict&, const std::string& prefix) { events.push_back("post:" + prefix); });
  HookHandle handle =
      net.register_state_dict_post_hook([&](Cell&, StateDict& state, const std::string& prefix) {
        events.push_back("post:" + prefix);
        state.set("extra", 1);
      });
  EXPECT_TRUE(net.state_dict().contains("extra"));
  EXPECT_THAT(events, ElementsAre("pre:", "pre:sub.", "post:sub.", "post:"));
  handle.remove();
  EXPECT_FALSE(net.state_dict().contains("extra"));
}

TEST(CellState, APreHookMayAddAParameter) {
  Net net;
  HookHandle handle = net.register_state_dict_pre_hook([](Cell& cell, const std::string&, bool) {
    cell.set_param("extra_param", Parameter(tensor({4, 5, 6})));
  });
  const StateDict state = net.state_dict();
  handle.remove();
  EXPECT_TRUE(state.contains("extra_param"));
}

TEST(CellState, ALoadPreHookMayRenameKeysOfTheCopy) {
  Net net;
  net.sub.register_load_state_dict_pre_hook(
      [](Cell&, StateDict& state, const std::string& prefix, bool, auto&, auto&, auto&) {
        if (const Value* old = state.find(prefix + "old")) {
          state.set(prefix + "sw", *old);
          state.erase(prefix + "old");
        }
      });
  const StateDict state{
      {"w", tensor({1, 2})}, {"b", tensor({1})}, {"sub.old", tensor({42})}, {"sub.sb", tensor({1})}};
  net.load_state_dict(state);
  EXPECT_THAT(values(net.sub.sw), ElementsAre(42));
  EXPECT_TRUE(state.contains("sub.old"));
}

TEST(CellState, ALoadPostHookSeesTheNewValuesAndMayForgiveMissingKeys) {
  Net net;
  float seen = 0;
  HookHandle handle = net.register_load_state_dict_post_hook([&](Cell&, IncompatibleKeys& keys) {
    seen = net.w.to_vector<float>()[0];
    keys.missing_keys.clear();
    keys.unexpected_keys.clear();
  });
  EXPECT_EQ(net.load_state_dict({{"w", tensor({8, 8})}, {"x", tensor({1})}}).repr(),
            "<All keys matched successfully>");
  EXPECT_EQ(seen, 8);
  handle.remove();
}

TEST(CellState, WhenAHookMakesTheLoadFailEverythingIsPutBack) {
  const NoInitParameters scope;
  Net net;
  net.insert_param_to_cell("lazy", Parameter(initializer("ones", {2})));
  net.register_load_state_dict_post_hook([&](Cell&, IncompatibleKeys& keys) {
    EXPECT_THAT(values(net.w), ElementsAre(8, 8));
    keys.missing_keys.push_back("more");
  });
  StateDict state = net.state_dict("", true);
  state.set("w", tensor({8, 8}));
  state.set("lazy", tensor({7, 7}));
  EXPECT_THAT(test::message<RuntimeError>([&] { net.load_state_dict(state); }),
              HasSubstr("Missing key(s): more"));
  EXPECT_THAT(values(net.w), ElementsAre(3, 3));
  EXPECT_TRUE(net.find_param("lazy")->has_init()) << "a declared parameter is declared again";
  EXPECT_THAT(values(*net.find_param("lazy")), ElementsAre(1, 1));
}

struct WithExtra : Cell {
  bool has_extra_state() const override { return true; }
  Value get_extra_state() const override { return steps; }
  void set_extra_state(const Value& state) override { steps = state.as<int64_t>(); }
  int64_t steps = 5;
  Parameter w{*this, "w", tensor({1})};
};

TEST(CellState, ExtraState) {
  struct Outer : Cell {
    Child<WithExtra> inner{*this, "inner"};
  } net;
  EXPECT_THAT(net.state_dict().keys(), ElementsAre("inner.w", "inner._extra_state"));
  net.load_state_dict({{"inner.w", tensor({2})}, {"inner._extra_state", 9}});
  EXPECT_EQ(net.inner.steps, 9);
  EXPECT_THAT(net.load_state_dict({{"inner.w", tensor({2})}}, false).missing_keys,
              ElementsAre("inner._extra_state"));
  EXPECT_THROW(net.load_state_dict({{"inner.w", tensor({4})}, {"inner._extra_state", 1}, {"x", 1}}),
               RuntimeError);
  EXPECT_EQ(net.inner.steps, 9);
  EXPECT_THAT(values(net.inner.w), ElementsAre(2));
  EXPECT_THROW(net.load_state_dict({{"inner.w", tensor({4})}, {"inner._extra_state", "text"}}), TypeError);
  EXPECT_THAT(values(net.inner.w), ElementsAre(2))
      << "an exception of set_extra_state undoes the load as well";
  Net plain;
  EXPECT_THROW(plain.get_extra_state(), RuntimeError);
  EXPECT_THROW(plain.set_extra_state(1), RuntimeError);
  EXPECT_THAT(plain.load_state_dict({{"_extra_state", 1}}, false).unexpected_keys,
              ElementsAre("_extra_state"));
}

}  // namespace
}  // namespace nucella
