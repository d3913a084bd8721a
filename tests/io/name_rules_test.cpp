// Choosing and renaming entries, the way a user of convert or load_checkpoint sees it.
#include "nucella/io/name_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/io/file.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

NamedTensors entries_of(const std::vector<std::pair<std::string, Shape>>& list) {
  NamedTensors out;
  for (const auto& [name, shape] : list) out.push_back({name, zeros(shape), {}});
  return out;
}
std::vector<std::string> renamed(const NameRules& rules,
                                 const std::vector<std::pair<std::string, Shape>>& list,
                                 const std::set<std::string>& target = {}) {
  std::vector<std::string> out;
  for (const NamedTensor& entry : apply_rules(rules, entries_of(list), target)) out.push_back(entry.name);
  return out;
}

TEST(NameRules, PatternsMatchWholeNames) {
  const std::tuple<const char*, const char*, bool> cases[] = {{"fc.weight", "fc.weight", true},
                                                              {"fc.weight", "fc", false},
                                                              {"fc.weight", "*", true},
                                                              {"fc.weight", "fc.*", true},
                                                              {"fc.weight", "*.weight", true},
                                                              {"fc.weight", "*.bias", false},
                                                              {"fc.weight", "f?.weight", true},
                                                              {"fc.weight", "f?weight", false},
                                                              {"", "", true},
                                                              {"", "*", true},
                                                              {"", "?", false},
                                                              {"layer.10.a", "layer.?.a", false},
                                                              {"layer.10.a", "*.1*.a", true},
                                                              {"aaab", "*ab", true},
                                                              {"aaab", "a*b*", true},
                                                              {"abc", "*a*b*c*", true},
                                                              {"abc", "*c*b*", false},
                                                              {"[a]", "[a]", true}};
  for (const auto& [name, pattern, expected] : cases)
    EXPECT_EQ(matches_pattern(name, pattern), expected) << name << " and " << pattern;
  const std::string long_name(20000, 'a');  // without backtracking over all stars this ends at once
  EXPECT_FALSE(matches_pattern(long_name, "*a*a*a*a*a*a*a*a*a*a*b"));
}

TEST(NameRules, ChoosesBeforeItRenames) {
  const std::vector<std::pair<std::string, Shape>> list = {
      {"net.fc.weight", {2, 3}}, {"net.fc.bias", {2}}, {"step", {}}};
  EXPECT_THAT(renamed({}, list), ElementsAre("net.fc.weight", "net.fc.bias", "step"));
  EXPECT_THAT(renamed({.only = {"net.*"}, .prefixes = {{"net.", ""}}}, list),
              ElementsAre("fc.weight", "fc.bias"));
  EXPECT_THAT(renamed({.only = {"*.bias", "step"}}, list), ElementsAre("net.fc.bias", "step"));
  EXPECT_THAT(renamed({.only = {"net.*"}, .exclude = {"*.bias"}}, list), ElementsAre("net.fc.weight"));
  EXPECT_THAT(renamed({.prefixes = {{"net.fc.", "a."}, {"", "b."}}}, list),
              ElementsAre("a.weight", "a.bias", "b.step"));
}

const std::vector<std::pair<std::string, Shape>> kTorchNet = {{"conv.weight", {4, 3, 3, 3}},
                                                              {"conv.bias", {4}},
                                                              {"bn.weight", {4}},
                                                              {"bn.bias", {4}},
                                                              {"bn.running_mean", {4}},
                                                              {"bn.running_var", {4}},
                                                              {"bn.num_batches_tracked", {}},
                                                              {"norm.weight", {4, 4}},
                                                              {"norm.bias", {4, 4}},
                                                              {"rms.weight", {4}},
                                                              {"words.weight", {10, 4}},
                                                              {"fc.weight", {2, 4}},
                                                              {"fc.bias", {2}}};

TEST(NameRules, TorchsNamesBecomeMindSpores) {
  EXPECT_THAT(
      renamed({.style = NameStyle::kMindSpore}, kTorchNet),
      ElementsAre("conv.weight", "conv.bias", "bn.gamma", "bn.beta", "bn.moving_mean", "bn.moving_variance",
                  "norm.gamma", "norm.beta", "rms.gamma", "words.weight", "fc.weight", "fc.bias"));
}

TEST(NameRules, TheNetKnowsItsNamesBest) {
  const std::set<std::string> net = {"conv.weight", "bn.gamma", "rms.weight", "words.embedding_table",
                                     "fc.weight"};
  EXPECT_THAT(renamed({.only = {"conv.weight", "bn.weight", "rms.*", "words.*", "fc.weight"},
                       .style = NameStyle::kMindSpore},
                      kTorchNet, net),
              ElementsAre("conv.weight", "bn.gamma", "rms.weight", "words.embedding_table", "fc.weight"));
}

TEST(NameRules, MindSporesNamesBecomeTorchs) {
  EXPECT_THAT(
      renamed({.style = NameStyle::kTorch}, {{"gamma", {4}},
                                             {"bn.beta", {4}},
                                             {"bn.moving_mean", {4}},
                                             {"bn.moving_variance", {4}},
                                             {"words.embedding_table", {9, 4}},
                                             {"fc.weight", {2, 4}}}),
      ElementsAre("weight", "bn.bias", "bn.running_mean", "bn.running_var", "words.weight", "fc.weight"));
}

TEST(NameRules, TwoEntriesOfOneNameAreAnError) {
  EXPECT_THAT(
      [] {
        renamed({.prefixes = {{"a.", ""}}}, {{"a.w", {1}}, {"w", {1}}});
      },
      ThrowsMessage<ValueError>(
          AllOf(HasSubstr("'a.w'"), HasSubstr("'w'"), HasSubstr("would both be called"))));
  EXPECT_THROW(renamed({.style = NameStyle::kTorch}, {{"bn.gamma", {1}}, {"bn.weight", {1}}}), ValueError);
}

TEST(NameRules, ConvertBringsAPyTorchFileOver) {
  const test::TempDir dir;
  const size_t count = convert_file(
      test::golden("pt/training.pt"), dir / "net.ckpt",
      {.only = {"state_dict.*"}, .prefixes = {{"state_dict.", ""}}, .style = NameStyle::kMindSpore});
  EXPECT_EQ(count, 10u);
  std::vector<std::string> names;
  for (const NamedTensor& entry : load_file(dir / "net.ckpt")) names.push_back(entry.name);
  EXPECT_THAT(names, ElementsAre("conv.weight", "conv.bias", "bn.gamma", "bn.beta", "bn.moving_mean",
                                 "bn.moving_variance", "norm.gamma", "norm.beta", "fc.weight", "fc.bias"));
}

}  // namespace
}  // namespace nucella::io
