// Log lines of the library: warnings that a user should see although nothing has failed.
#pragma once
#include <functional>
#include <string_view>

#include "nucella/base/str.h"

namespace nucella {

enum class LogLevel { kInfo, kWarning, kError };

using LogSink = std::function<void(LogLevel, std::string_view text)>;

/// Where lines go from now on, and back what was there before; an empty sink means standard error, which
/// shows warnings and errors. Any thread may log, one at a time.
LogSink set_log_sink(LogSink sink);

void log_line(LogLevel level, std::string_view text);

template <class... P>
void log_warning(const P&... parts) {
  log_line(LogLevel::kWarning, str(parts...));
}

}  // namespace nucella
