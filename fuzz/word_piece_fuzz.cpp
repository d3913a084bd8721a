// Fuzz target: whatever the text, the tokenizer gives numbers of its vocabulary or a ValueError.
#include <cstdlib>

#include "nucella/base/error.h"
#include "nucella/data/word_piece.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const nucella::data::WordPiece tokenizer(
      {"[UNK]", "[CLS]", "[SEP]", "a", "##a", "e", "##e", "ab", "##bc", "."});
  try {
    for (const int32_t number : tokenizer.encode({reinterpret_cast<const char*>(data), size}))
      if (number < 0 || static_cast<size_t>(number) >= tokenizer.size()) std::abort();
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
