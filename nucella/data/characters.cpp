#include "nucella/data/characters.h"

#include <algorithm>
#include <iterator>

namespace nucella::data {
namespace {

struct Range {
  uint32_t first, last;
};
// The character first + i * step becomes target + i * target_step, for i below count.
struct FoldRun {
  uint32_t first, count, step, target, target_step;
};
struct FoldPair {
  uint32_t character, target;
};
struct FoldText {
  uint32_t character;
  char32_t first, second, third;  // 0: no more
};

#include "nucella/data/text_tables.inc"

constexpr Range kIdeographs[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                                 {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
                                 {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};
constexpr Range kBlanks[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                             {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                             {0x205F, 0x205F}, {0x3000, 0x3000}};

template <size_t n>
bool is_in(const Range (&ranges)[n], uint32_t character) {
  const Range* next = std::ranges::upper_bound(ranges, character, {}, &Range::first);
  return next != ranges && character <= std::prev(next)->last;
}

// Hangul syllables are put together from their parts by arithmetic (The Unicode Standard, section 3.12).
constexpr uint32_t kSyllables = 0xAC00, kSyllableCount = 11172, kLeads = 0x1100, kVowels = 0x1161,
                   kTails = 0x11A7;
constexpr uint32_t kVowelCount = 21, kTailCount = 28;

void append_hangul(std::u32string& out, uint32_t syllable) {
  out += static_cast<char32_t>(kLeads + syllable / (kVowelCount * kTailCount));
  out += static_cast<char32_t>(kVowels + syllable / kTailCount % kVowelCount);
  if (syllable % kTailCount != 0) out += static_cast<char32_t>(kTails + syllable % kTailCount);
}

}  // namespace

bool is_punctuation(uint32_t c) {
  const bool ascii =
      (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  return c < 0x80 ? ascii : is_in(kPunctuation, c);
}
bool is_blank(uint32_t c) { return is_in(kBlanks, c); }
bool is_control(uint32_t c) { return c != '\t' && c != '\n' && c != '\r' && is_in(kOther, c); }
bool is_ideograph(uint32_t c) { return is_in(kIdeographs, c); }
bool is_mark(uint32_t c) { return is_in(kMarks, c); }

void append_folded(std::u32string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return;
  }
  if (is_mark(c)) return;
  if (c - kSyllables < kSyllableCount) return append_hangul(out, c - kSyllables);
  if (const FoldPair* pair = std::ranges::lower_bound(kFoldPairs, c, {}, &FoldPair::character);
      pair != std::end(kFoldPairs) && pair->character == c) {
    out += static_cast<char32_t>(pair->target);
    return;
  }
  if (const FoldText* text = std::ranges::lower_bound(kFoldTexts, c, {}, &FoldText::character);
      text != std::end(kFoldTexts) && text->character == c) {
    for (const char32_t part : {text->first, text->second, text->third})
      if (part != 0) out += part;
    return;
  }
  if (const FoldRun* next = std::ranges::upper_bound(kFoldRuns, c, {}, &FoldRun::first); next != kFoldRuns) {
    const FoldRun& run = *std::prev(next);
    const uint32_t place = c - run.first;
    if (place % run.step == 0 && place / run.step < run.count) {
      out += static_cast<char32_t>(run.target + place / run.step * run.target_step);
      return;
    }
  }
  out += static_cast<char32_t>(c);
}

}  // namespace nucella::data
