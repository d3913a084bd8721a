#include "nucella/io/os_error.h"

#include <cerrno>
#include <system_error>

#include "nucella/base/error.h"

namespace nucella::io {

void raise_os_error(int error, std::string_view who, std::string_view action, std::string_view path) {
  const std::string text =
      str(who, ": cannot ", action, " '", path, "': ", std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      throw FileNotFoundError(text);
    case EISDIR:
      throw IsADirectoryError(text);
    case EACCES:
    case EPERM:
      throw PermissionError(text);
    default:
      throw OSError(text);
  }
}

void check_path(std::string_view who, std::string_view path) {
  check<ValueError>(path.find('\0') == path.npos, who, ": the path '", path.substr(0, path.find('\0')),
                    "...' contains a NUL");
}

}  // namespace nucella::io
