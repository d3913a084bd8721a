#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

constexpr bool is_code_point(uint32_t c) { return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF); }

}  // namespace

std::optional<uint32_t> next_code_point(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const uint32_t lead = byte(0);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xC0 ? 0
                        : lead < 0xE0 ? 2
                        : lead < 0xF0 ? 3
                        : lead < 0xF8 ? 4
                                      : 0;
  if (length == 0 || length > text.size()) return {};
  uint32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    c = c << 6 | (byte(i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < kSmallest[length] || !is_code_point(c)) return {};
  text.remove_prefix(length);
  return c;
}

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[tail] | c >> (6 * tail));
  for (int i = tail - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
}

bool is_utf8(std::string_view text) {
  while (!text.empty())
    if (!next_code_point(text)) return false;
  return true;
}

std::string in_quotes(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const bool valid = is_utf8(text);
  std::string out = "'";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !valid)) {
      out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::optional<std::string> utf8_from_utf32(Bytes text) {
  if (text.size() % 4 != 0) return {};
  while (!text.empty() && load<uint32_t>(text, text.size() - 4) == 0) text = text.first(text.size() - 4);
  std::string out;
  for (size_t i = 0; i < text.size(); i += 4) {
    const auto c = load<uint32_t>(text, i);
    if (!is_code_point(c)) return {};
    append_utf8(out, c);
  }
  return out;
}

std::string utf32_from_utf8(std::string_view text) {
  std::string out;
  const auto append = [&](uint32_t c) { out.append(reinterpret_cast<const char*>(&c), 4); };
  while (!text.empty()) {
    const auto c = next_code_point(text);
    check<ValueError>(c.has_value(), "utf32_from_utf8: the text is not valid UTF-8");
    append(*c);
  }
  if (out.empty()) append(0);
  return out;
}

}  // namespace nucella::io
