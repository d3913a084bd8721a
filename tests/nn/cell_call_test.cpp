// Keyword arguments, lists and the hooks that see them, through the untyped call.
#include <gtest/gtest.h>

#include "nucella/nucella.h"

namespace nucella {
namespace {

// construct(x, *, scale=1): what a cell written in another language overrides.
struct Scale : Cell {
  std::string class_name() const override { return "Scale"; }
  Value construct_values(const Values& inputs) override { return inputs.at(0); }
  Value construct_with_keywords(const Values& inputs, const ValueDict& keywords) override {
    check<TypeError>(keywords.size() == 1 && keywords[0].first == "scale", "Scale: one keyword, 'scale'");
    return ops::mul(inputs.at(0).as<Tensor>(), scalar(keywords[0].second.as<double>()));
  }
};

struct Twice : CellOf<Twice> {
  Tensor construct(const Tensor& x) { return ops::add(x, x); }
};

TEST(CellCall, KeywordsReachConstruct) {
  Scale net;
  EXPECT_EQ(net.call({tensor({2.0f})}).as<Tensor>().to_vector<float>(), std::vector<float>{2});
  EXPECT_EQ(net.call({tensor({2.0f})}, {{"scale", 3.0}}).as<Tensor>().to_vector<float>(),
            std::vector<float>{6});
}

TEST(CellCall, ACellWithoutKeywordsNamesTheOneThatCame) {
  Twice net;
  try {
    net.call({tensor({1.0f})}, {{"y", 1}});
    FAIL() << "expected a TypeError";
  } catch (const TypeError& e) {
    EXPECT_NE(std::string(e.what()).find("Twice.construct: unexpected keyword argument 'y'"),
              std::string::npos)
        << e.what();
  }
}

TEST(CellCall, HooksWithKwargsSeeAndReplaceKeywords) {
  Scale net;
  std::vector<std::string> seen;
  net.register_forward_pre_hook_with_kwargs([&](Cell&, const Arguments& args) -> std::optional<Arguments> {
    seen.push_back(args.keywords.at(0).first);
    return Arguments{args.inputs, {{"scale", 10.0}}};
  });
  net.register_forward_pre_hook([&](Cell&, const Values& inputs) -> std::optional<Values> {
    return Values{ops::neg(inputs.at(0).as<Tensor>())};
  });
  net.register_forward_hook_with_kwargs(
      [&](Cell&, const Arguments& args, const Value&) -> std::optional<Value> {
        seen.push_back(str(args.keywords.at(0).second.as<double>()));
        return {};
      });
  EXPECT_EQ(net.call({tensor({2.0f})}, {{"scale", 3.0}}).as<Tensor>().to_vector<float>(),
            std::vector<float>{-20});
  EXPECT_EQ(seen, (std::vector<std::string>{"scale", "10"}));
}

TEST(CellCall, APrependedHookComesFirst) {
  Twice net;
  std::string order;
  const auto say = [&](char c) {
    return [&order, c](Cell&, const Values&) -> std::optional<Values> {
      order += c;
      return {};
    };
  };
  net.register_forward_pre_hook(say('b'));
  net.register_forward_pre_hook(say('a'), true);
  net(tensor({1.0f}));
  EXPECT_EQ(order, "ab");
}

TEST(Value, AListStaysAListAndServesAsATuple) {
  const Value list(ValueList{{tensor({1.0f}), 2}});
  EXPECT_EQ(kind_of(list), "list");
  EXPECT_EQ(list.as<Values>().size(), 2u);
  EXPECT_EQ(list.tensors().size(), 1u);
  const Value mapped = list.map_tensors([](const Tensor& t) { return ops::neg(t); });
  EXPECT_TRUE(mapped.is<ValueList>());
  EXPECT_EQ(mapped.tensors()[0].item<float>(), -1);
}

}  // namespace
}  // namespace nucella
