// Progress: shows a training run as it goes; a live bar on a terminal, a line now and then elsewhere.
#pragma once
#include <chrono>
#include <cstdio>
#include <string>

#include "nucella/train/trainer.h"

namespace nucella::train {

class Progress {
 public:
  /// Writes to `out`; whether that is a terminal decides about the form.
  explicit Progress(std::FILE* out = stdout);
  Progress(std::FILE* out, bool live) : out_(out), live_(live) {}
  void update(const StepReport& report);
  /// Ends a bar that is being drawn, so that other output starts on a line of its own.
  void finish();

 private:
  std::FILE* out_;
  bool live_;
  bool drawing_ = false;
  size_t drawn_ = 0;  // characters of the bar on the screen
  std::chrono::steady_clock::time_point last_{};
};

/// "epoch 2/5  step 512/938  loss 0.4123  accuracy 0.8512  12345 images/s  0:12 left".
std::string describe(const StepReport& report);
/// "0:12", "12:05", "1:02:03".
std::string describe_time(double seconds);

}  // namespace nucella::train
