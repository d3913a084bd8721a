// Texts as tokens: reading files byte by byte, and batches of stretches for language models.
#pragma once
#include <string>
#include <vector>

#include "nucella/tensor/tensor.h"

namespace nucella::data {

/// Every byte is a token.
std::vector<int32_t> byte_tokens(std::string_view text);
/// The text of byte tokens; others are left out.
std::string bytes_of(const std::vector<int32_t>& tokens);

/// The contents of a file, or of all files of a folder without those whose name has a dot, in order of name,
/// one behind the other. "fortunes" stands for the folder of that Debian package. FileNotFoundError when it
/// is missing, ValueError when it holds no text.
std::string read_text(const std::string& where);

struct TextLoaderOptions {
  int64_t batch_size = 16;
  int64_t length = 128;  ///< tokens of a stretch
  uint64_t seed = 0;
};

/// Stretches of a text. Each epoch cuts it anew, from a place of its own on, and mixes the stretches; its
/// batches are a function of seed and epoch alone.
class TextLoader {
 public:
  /// ValueError unless the sizes are positive and the text has a batch of stretches.
  TextLoader(std::vector<int32_t> tokens, const TextLoaderOptions& options);

  struct Batch {
    Tensor inputs;   ///< Int32 (batch_size, length)
    Tensor targets;  ///< Int32 (batch_size * length,): the token behind each
  };
  int64_t steps_per_epoch() const;
  Batch batch(int64_t epoch, int64_t step) const;
  const TextLoaderOptions& options() const { return options_; }
  const std::vector<int32_t>& tokens() const { return tokens_; }

 private:
  std::vector<int32_t> tokens_;
  TextLoaderOptions options_;
};

}  // namespace nucella::data
