// What a tokenizer wants to know of Unicode's characters: their kind, and their lower case without accents.
#pragma once
#include <cstdint>
#include <string>

namespace nucella::data {

/// Category P, and the ASCII characters that are neither letters, digits, blanks nor control characters.
bool is_punctuation(uint32_t character);
/// The blanks of Unicode.
bool is_blank(uint32_t character);
/// Categories C: control and format characters, private and unassigned ones; not tab and the ends of lines.
bool is_control(uint32_t character);
/// The Chinese, Japanese and Korean ideographs, which are words of their own; not kana and hangul.
bool is_ideograph(uint32_t character);
/// Category Mn: accents and other marks without a width.
bool is_mark(uint32_t character);
/// Appends the canonical decomposition without its marks (Mn), in lower case, each character for itself.
void append_folded(std::u32string& out, uint32_t character);

}  // namespace nucella::data
