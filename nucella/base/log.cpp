#include "nucella/base/log.h"

#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

namespace nucella {
namespace {

struct Logger {
  std::mutex mutex;
  LogSink sink;
};

Logger& logger() {
  static Logger one;
  return one;
}

void to_standard_error(LogLevel level, std::string_view text) {
  if (level == LogLevel::kInfo) return;
  const std::string line =
      str("[nucella] ", level == LogLevel::kWarning ? "warning: " : "error: ", text, '\n');
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

LogSink set_log_sink(LogSink sink) {
  const std::lock_guard lock(logger().mutex);
  return std::exchange(logger().sink, std::move(sink));
}

void log_line(LogLevel level, std::string_view text) {
  const std::lock_guard lock(logger().mutex);
  logger().sink ? logger().sink(level, text) : to_standard_error(level, text);
}

}  // namespace nucella
