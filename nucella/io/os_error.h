// Turning errno into exceptions, and checking paths before the system sees them.
#pragma once
#include <string>
#include <string_view>

namespace nucella::io {

/// Throws what Python throws for this errno: FileNotFoundError, IsADirectoryError, PermissionError, else
/// OSError. The text is "<who>: cannot <action> '<path>': <text of errno>".
[[noreturn]] void raise_os_error(int error, std::string_view who, std::string_view action,
                                 std::string_view path);
/// ValueError when the path holds a NUL, which the system would take for its end.
void check_path(std::string_view who, std::string_view path);

}  // namespace nucella::io
