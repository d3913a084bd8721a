// Texts cut into words and tokens as Hugging Face's tokenizers cut them (tests/golden/bert).
#include "nucella/data/word_piece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "nucella/base/error.h"
#include "tests/support/files.h"

namespace nucella::data {
namespace {

using nlohmann::json;
using test::golden;
using test::read_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<std::string> kSpecial = {"[UNK]", "[CLS]", "[SEP]"};
std::vector<std::string> with_special(std::vector<std::string> words) {
  words.insert(words.begin(), kSpecial.begin(), kSpecial.end());
  return words;
}

// With every word in the vocabulary the tokens are the words.
TEST(WordPiece, CutsTextsIntoTheSameWords) {
  const json cases = json::parse(read_file(golden("bert/words.json")));
  EXPECT_GT(cases.size(), 80u);
  for (const json& item : cases) {
    const auto words = item["words"].get<std::vector<std::string>>();
    const std::set<std::string> unique(words.begin(), words.end());
    const WordPiece tokenizer(with_special({unique.begin(), unique.end()}),
                              {.lower_case = item["lower_case"].get<bool>(), .longest_word = 1000});
    EXPECT_EQ(tokenizer.tokenize(item["text"].get<std::string>()), words) << item["text"];
  }
}

TEST(WordPiece, CutsWordsIntoTheSameParts) {
  const WordPiece tokenizer = WordPiece::from_file(golden("bert/vocab.txt"));
  EXPECT_EQ(tokenizer.size(), 108u);
  for (const json& item : json::parse(read_file(golden("bert/tokens.json")))) {
    EXPECT_EQ(tokenizer.encode(item["text"].get<std::string>()), item["ids"].get<std::vector<int32_t>>())
        << item["text"];
    auto tokens = item["tokens"].get<std::vector<std::string>>();
    tokens.erase(tokens.begin());
    tokens.pop_back();
    EXPECT_EQ(tokenizer.tokenize(item["text"].get<std::string>()), tokens);
  }
}

TEST(WordPiece, TakesTheLongestPartFromTheFront) {
  const WordPiece tokenizer(with_special({"un", "unaffect", "##able", "##affable", "##ed", "a", "##b"}));
  EXPECT_THAT(tokenizer.tokenize("unaffable"), ElementsAre("un", "##affable"));
  EXPECT_THAT(tokenizer.tokenize("UNAFFECTED a"), ElementsAre("unaffect", "##ed", "a"));
  EXPECT_THAT(tokenizer.tokenize("abc a"),
              ElementsAre("[UNK]", "a"));  // nothing of a word that does not go up
  EXPECT_THAT(tokenizer.tokenize(std::string("a") + std::string(99, 'b')), testing::SizeIs(100));
  EXPECT_THAT(tokenizer.tokenize(std::string("a") + std::string(100, 'b')), ElementsAre("[UNK]"));
}

TEST(WordPiece, LongTextsAreCutOff) {
  const WordPiece tokenizer(with_special({"a"}));
  EXPECT_THAT(tokenizer.encode("a a a a"), ElementsAre(1, 3, 3, 3, 3, 2));
  EXPECT_THAT(tokenizer.encode("a a a a", 4), ElementsAre(1, 3, 3, 2));
  EXPECT_THAT(tokenizer.encode("a", 2), ElementsAre(1, 2));
  EXPECT_THROW(tokenizer.encode("a", 1), ValueError);
}

TEST(WordPiece, ATextCannotNameSpecialTokens) {
  EXPECT_THAT(WordPiece(with_special({"[", "]", "sep"})).tokenize("[SEP]"), ElementsAre("[", "sep", "]"));
}

TEST(WordPiece, WrongVocabulariesAndTexts) {
  EXPECT_THAT(
      [] {
        WordPiece({"[UNK]", "[CLS]"});
      },
      ThrowsMessage<ValueError>(HasSubstr("no token '[SEP]'")));
  EXPECT_THAT(
      [] {
        WordPiece(with_special({"a", "a"}));
      },
      ThrowsMessage<ValueError>(HasSubstr("'a' occurs twice")));
  EXPECT_THAT([] { WordPiece(kSpecial).tokenize("\xff"); },
              ThrowsMessage<ValueError>(HasSubstr("not valid UTF-8")));
  EXPECT_THROW(WordPiece(kSpecial).number_of("a"), KeyError);
  EXPECT_THROW(WordPiece::from_file("/nowhere/vocab.txt"), FileNotFoundError);
}

TEST(WordPiece, VocabulariesWithTheLineEndsOfWindows) {
  const test::TempDir dir;
  test::write_file(dir / "vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\na");
  EXPECT_EQ(WordPiece::from_file(dir / "vocab.txt").number_of("a"), 3);
}

}  // namespace
}  // namespace nucella::data
