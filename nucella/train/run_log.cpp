#include "nucella/train/run_log.h"

#include <cstdio>
#include <filesystem>

namespace nucella::train {

RunLog::RunLog(const std::string& folder, bool append)
    : path_((std::filesystem::path(folder) / "steps.jsonl").string()) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  out_.open(path_, append ? std::ios::app : std::ios::trunc);
  check<OSError>(out_.good(), "cannot write '", path_, "'");
}

void RunLog::add(const StepReport& r) {
  char line[256];
  std::snprintf(line, sizeof line,
                "{\"epoch\":%lld,\"step\":%lld,\"loss\":%.9g,\"accuracy\":%.6g,\"images_per_second\":%.0f}\n",
                static_cast<long long>(r.epoch), static_cast<long long>(r.step), r.loss, r.accuracy,
                r.images_per_second);
  out_ << line << std::flush;
  check<OSError>(out_.good(), "cannot write '", path_, "'");
}

}  // namespace nucella::train
