// WordPiece: BERT's tokenizer; texts to the numbers of words and parts of words in a vocabulary.
//
// A text loses its control characters, gets blanks around ideographs, and is cut at blanks and around each
// punctuation character. A word that is not in the vocabulary is cut into the longest parts that are, from
// its front; parts after the first stand there with "##" before them. (Source: Devlin et al., "BERT", and its
// published tokenizer.)
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nucella::data {

struct WordPieceOptions {
  /// Lower case, and no accents: for "uncased" vocabularies.
  bool lower_case = true;
  /// Words of more characters than this become the unknown token at once.
  size_t longest_word = 100;
  std::string unknown = "[UNK]", begin = "[CLS]", end = "[SEP]";
};

class WordPiece {
 public:
  /// `vocabulary`: one token per number, from 0. ValueError when a token occurs twice or one of the special
  /// ones is missing.
  explicit WordPiece(const std::vector<std::string>& vocabulary, WordPieceOptions options = {});
  /// From a file with one token per line.
  static WordPiece from_file(const std::string& path, WordPieceOptions options = {});

  /// The tokens of the text, none added. ValueError unless it is valid UTF-8.
  std::vector<std::string> tokenize(std::string_view text) const;
  /// Their numbers between those of the begin and the end token; tokens that would make more than
  /// `max_length` with them are cut off. ValueError when `max_length` is below 2.
  std::vector<int32_t> encode(std::string_view text, size_t max_length = SIZE_MAX) const;
  /// The number of a token; KeyError when there is none.
  int32_t number_of(std::string_view token) const;
  size_t size() const { return tokens_.size(); }

 private:
  std::vector<std::u32string> words_of(std::string_view text) const;
  void append_parts(std::vector<int32_t>& out, const std::u32string& word) const;
  std::vector<int32_t> numbers(std::string_view text) const;

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  WordPieceOptions options_;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, int32_t, Hash, std::equal_to<>> numbers_;
  int32_t unknown_ = 0;
};

}  // namespace nucella::data
