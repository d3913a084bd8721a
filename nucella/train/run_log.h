// RunLog: writes the figures of every training step into a folder, one JSON object per line.
#pragma once
#include <fstream>
#include <string>

#include "nucella/train/trainer.h"

namespace nucella::train {

class RunLog {
 public:
  /// Writes `steps.jsonl` in `folder`, which is made when missing; adds to what is there with `append`.
  /// OSError when it cannot be written.
  RunLog(const std::string& folder, bool append);
  /// {"epoch":0,"step":0,"loss":2.3,"accuracy":0.1,"images_per_second":9000}
  void add(const StepReport& report);

 private:
  std::string path_;
  std::ofstream out_;
};

}  // namespace nucella::train
