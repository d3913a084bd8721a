// A tiny BERT with random weights gives the embeddings that transformers gives (tests/golden/bert).
#include "nucella/models/bert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/data/word_piece.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/files.h"

namespace nucella::models {
namespace {

using test::golden;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr BertConfig kTiny = {.vocab_size = 108,
                              .hidden_size = 16,
                              .layers = 2,
                              .heads = 4,
                              .intermediate_size = 32,
                              .max_positions = 24};

std::unique_ptr<Bert> tiny_bert() {
  const NoInitParameters scope;
  auto bert = std::make_unique<Bert>(kTiny);
  load_checkpoint(
      golden("bert/model.safetensors"), bert.get(),
      {.strict_load = true, .format = "safetensors", .name_rules = {.style = io::NameStyle::kMindSpore}});
  return bert;
}

struct Batch {
  Tensor ids, mask;
};
// All sentences in one batch, filled up with zeros.
Batch batch_of(const std::vector<std::vector<int32_t>>& rows) {
  size_t length = 0;
  for (const auto& row : rows) length = std::max(length, row.size());
  std::vector<int32_t> ids;
  std::vector<float> mask;
  for (const auto& row : rows)
    for (size_t i = 0; i < length; ++i) {
      ids.push_back(i < row.size() ? row[i] : 0);
      mask.push_back(i < row.size() ? 1.f : 0.f);
    }
  const Shape shape = {static_cast<int64_t>(rows.size()), static_cast<int64_t>(length)};
  return {tensor_of(ids, shape), tensor_of(mask, shape)};
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double dot = 0;
  for (size_t i = 0; i < a.size(); ++i) dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return dot;
}

TEST(Bert, EveryParameterComesFromTheFile) {
  const auto bert = tiny_bert();
  for (const Parameter& param : bert->get_parameters()) EXPECT_FALSE(param.has_init()) << param.name();
}

TEST(Bert, EmbeddingsAreThoseOfTransformers) {
  const auto bert = tiny_bert();
  const auto tokenizer = data::WordPiece::from_file(golden("bert/vocab.txt"));
  const auto cases = nlohmann::json::parse(test::read_file(golden("bert/embeddings.json")));
  std::vector<std::vector<int32_t>> rows;
  for (const auto& item : cases) {
    rows.push_back(tokenizer.encode(item["text"].get<std::string>()));
    const Batch alone = batch_of({rows.back()});
    const auto actual = sentence_embeddings(*bert, alone.ids, alone.mask).to_vector<float>();
    EXPECT_GT(cosine(actual, item["embedding"].get<std::vector<float>>()), 0.999999) << item["text"];
  }
  // Sentences that stand in a batch with longer ones do not see what fills them up.
  const Batch together = batch_of(rows);
  const auto all = sentence_embeddings(*bert, together.ids, together.mask).to_vector<float>();
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::vector<float> actual(all.begin() + static_cast<ptrdiff_t>(16 * i),
                                    all.begin() + static_cast<ptrdiff_t>(16 * (i + 1)));
    EXPECT_GT(cosine(actual, cases[i]["embedding"].get<std::vector<float>>()), 0.999999) << cases[i]["text"];
  }
}

TEST(Bert, WrongInputs) {
  const auto bert = tiny_bert();
  EXPECT_THAT(
      [&] {
        (*bert)(zeros({1, 25}, int32), ones({1, 25}));
      },
      ThrowsMessage<ValueError>(HasSubstr("L up to 24, got (1, 25)")));
  EXPECT_THAT(
      [&] {
        (*bert)(zeros({1, 3}, int32), ones({1, 4}));
      },
      ThrowsMessage<ValueError>(HasSubstr("'mask' must have the shape of 'ids'")));
  EXPECT_THAT([] { Bert({.hidden_size = 10, .heads = 4}); },
              ThrowsMessage<ValueError>(HasSubstr("multiple of 'heads'")));
}

}  // namespace
}  // namespace nucella::models
