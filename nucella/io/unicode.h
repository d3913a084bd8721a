// Text in files: checking UTF-8, and the UTF-32 that NumPy and MindSpore store strings in.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Takes one code point off the front of `text`, which is not empty; nothing when the bytes there are not
/// valid UTF-8.
std::optional<uint32_t> next_code_point(std::string_view& text);
void append_utf8(std::string& out, uint32_t code_point);
/// Valid UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
/// 'text' for an error message: control characters, and all that is not ASCII in invalid UTF-8, become \x00
/// ... \xFF.
std::string in_quotes(std::string_view text);
/// Little-endian UTF-32 to UTF-8, without the NULs at the end; nothing when it is not valid UTF-32.
std::optional<std::string> utf8_from_utf32(Bytes text);
/// UTF-8 to little-endian UTF-32, one NUL for an empty text as NumPy stores it. ValueError unless valid
/// UTF-8.
std::string utf32_from_utf8(std::string_view text);

}  // namespace nucella::io
