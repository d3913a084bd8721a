#include "nucella/data/word_piece.h"

#include "nucella/base/error.h"
#include "nucella/data/characters.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/unicode.h"

namespace nucella::data {
namespace {

constexpr std::string_view kContinued = "##";
constexpr uint32_t kReplacement = 0xFFFD;

// The lines of a text; a last one without an end counts too.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

WordPiece::WordPiece(const std::vector<std::string>& vocabulary, WordPieceOptions options)
    : options_(std::move(options)), tokens_(vocabulary) {
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const bool is_new = numbers_.try_emplace(tokens_[i], static_cast<int32_t>(i)).second;
    check<ValueError>(is_new, "WordPiece: the token ", io::in_quotes(tokens_[i]),
                      " occurs twice in the vocabulary");
  }
  for (const std::string& token : {options_.unknown, options_.begin, options_.end})
    check<ValueError>(numbers_.contains(token), "WordPiece: the vocabulary has no token ",
                      io::in_quotes(token));
  unknown_ = number_of(options_.unknown);
}

WordPiece WordPiece::from_file(const std::string& path, WordPieceOptions options) {
  const io::MappedFile file("WordPiece", path);
  return WordPiece(lines_of(io::as_text(file.bytes())), std::move(options));
}

int32_t WordPiece::number_of(std::string_view token) const {
  const auto found = numbers_.find(token);
  check<KeyError>(found != numbers_.end(), "WordPiece: the vocabulary has no token ", io::in_quotes(token));
  return found->second;
}

std::vector<std::u32string> WordPiece::words_of(std::string_view text) const {
  std::vector<std::u32string> words;
  bool in_word = false;
  std::u32string folded;
  while (!text.empty()) {
    const auto character = io::next_code_point(text);
    check<ValueError>(character.has_value(), "WordPiece: the text is not valid UTF-8");
    const uint32_t c = *character;
    if (c == kReplacement || is_control(c)) continue;
    if (is_blank(c)) {
      in_word = false;
      continue;
    }
    folded.clear();
    options_.lower_case ? append_folded(folded, c) : folded.push_back(static_cast<char32_t>(c));
    for (const char32_t part : folded) {
      const bool alone = is_ideograph(c) || is_punctuation(part);
      if (alone || !in_word) words.emplace_back();
      words.back().push_back(part);
      in_word = !alone;
    }
  }
  return words;
}

void WordPiece::append_parts(std::vector<int32_t>& out, const std::u32string& word) const {
  if (word.size() > options_.longest_word) return out.push_back(unknown_);
  // The word as bytes, and where each character begins in it.
  std::string bytes(kContinued);
  std::vector<size_t> starts;
  for (const char32_t c : word) {
    starts.push_back(bytes.size());
    io::append_utf8(bytes, c);
  }
  starts.push_back(bytes.size());
  const size_t before = out.size();
  for (size_t first = 0; first < word.size();) {
    std::string prefix(first == 0 ? "" : kContinued);
    size_t last = word.size();
    for (; last > first; --last) {
      const auto found = numbers_.find(prefix + bytes.substr(starts[first], starts[last] - starts[first]));
      if (found == numbers_.end()) continue;
      out.push_back(found->second);
      break;
    }
    if (last == first) {
      out.resize(before);
      return out.push_back(unknown_);
    }
    first = last;
  }
}

std::vector<int32_t> WordPiece::numbers(std::string_view text) const {
  std::vector<int32_t> out;
  for (const std::u32string& word : words_of(text)) append_parts(out, word);
  return out;
}

std::vector<std::string> WordPiece::tokenize(std::string_view text) const {
  std::vector<std::string> out;
  for (const int32_t number : numbers(text)) out.push_back(tokens_[static_cast<size_t>(number)]);
  return out;
}

std::vector<int32_t> WordPiece::encode(std::string_view text, size_t max_length) const {
  check<ValueError>(max_length >= 2, "WordPiece: 'max_length' must be at least 2, got ", max_length);
  std::vector<int32_t> out = numbers(text);
  if (out.size() > max_length - 2) out.resize(max_length - 2);
  out.insert(out.begin(), number_of(options_.begin));
  out.push_back(number_of(options_.end));
  return out;
}

}  // namespace nucella::data
