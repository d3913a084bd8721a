// str(parts...): joins values into one string; the text half of every error message.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace nucella {

inline void append_to(std::string& out, std::string_view part) { out += part; }
inline void append_to(std::string& out, const char* part) { out += part; }
inline void append_to(std::string& out, const std::string& part) { out += part; }
inline void append_to(std::string& out, char part) { out += part; }
inline void append_to(std::string& out, bool part) { out += part ? "true" : "false"; }
void append_to(std::string& out, double part);
template <std::integral T>
void append_to(std::string& out, T part) {
  out += std::to_string(part);
}

/// Concatenates `parts`; types outside this file join in by an `append_to(std::string&, const T&)` of their
/// own.
template <class... P>
std::string str(const P&... parts) {
  std::string out;
  (append_to(out, parts), ...);
  return out;
}

}  // namespace nucella
