// Where the op `print` writes.
#pragma once
#include <iosfwd>

namespace nucella {

/// std::cout unless somebody has set another.
std::ostream& print_stream();
/// Sends the output of `print` to `stream` (null: std::cout); returns what was set before, or null.
std::ostream* set_print_stream(std::ostream* stream);

}  // namespace nucella
