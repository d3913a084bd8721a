#include "nucella/train/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace nucella::train {
namespace {

constexpr int kLinesPerEpoch = 5;
constexpr int64_t kBarWidth = 20;
constexpr std::chrono::milliseconds kRedraw{100};

template <class... A>
std::string format(const char* text, A... values) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, text, values...);
  return buffer;
}

std::string bar(const StepReport& r) {
  const auto filled = static_cast<size_t>((r.step + 1) * kBarWidth / r.steps);
  std::string text(filled, '=');
  if (filled < kBarWidth) text += '>';
  text.resize(kBarWidth, ' ');
  return "[" + text + "]";
}

}  // namespace

std::string describe_time(double seconds) {
  const auto all = static_cast<long long>(std::ceil(std::clamp(seconds, 0.0, 1e9)));
  const long long hours = all / 3600, minutes = all / 60 % 60, rest = all % 60;
  return hours > 0 ? format("%lld:%02lld:%02lld", hours, minutes, rest)
                   : format("%lld:%02lld", minutes, rest);
}

std::string describe(const StepReport& r) {
  return format("epoch %lld/%lld  step %lld/%lld  loss %.4f  accuracy %.4f  %.0f images/s  %s left",
                static_cast<long long>(r.epoch + 1), static_cast<long long>(r.epochs),
                static_cast<long long>(r.step + 1), static_cast<long long>(r.steps), r.mean_loss, r.accuracy,
                r.images_per_second, describe_time(r.seconds_left).c_str());
}

Progress::Progress(std::FILE* out) : Progress(out, isatty(fileno(out)) != 0) {}

void Progress::update(const StepReport& report) {
  const bool last = report.step + 1 == report.steps;
  if (!live_) {
    const int64_t done = (report.step + 1) * kLinesPerEpoch / report.steps;
    if (done == report.step * kLinesPerEpoch / report.steps) return;
    std::fprintf(out_, "%s\n", describe(report).c_str());
    std::fflush(out_);
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!last && now - last_ < kRedraw) return;
  last_ = now;
  std::string text = bar(report) + " " + describe(report);
  const size_t length = text.size();
  if (length < drawn_) text.append(drawn_ - length, ' ');
  std::fprintf(out_, "\r%s", text.c_str());
  drawn_ = length;
  drawing_ = true;
  if (last) finish();
  std::fflush(out_);
}

void Progress::finish() {
  if (!drawing_) return;
  std::fputc('\n', out_);
  std::fflush(out_);
  drawing_ = false;
  drawn_ = 0;
}

}  // namespace nucella::train
