#include "nucella/train/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "nucella/train/loss_chart.h"

namespace nucella::train {
namespace {

constexpr std::string_view kInk = "#1f2933", kFaint = "#7b8794", kRed = "#dc2626";

class Page {
 public:
  Page(const Report& report, const Evaluation& evaluation, const data::ImageSet& test)
      : report_(report), evaluation_(evaluation), test_(test), labels_(test.labels.to_vector<int64_t>()) {}

  std::string draw() && {
    svg_.text(40, 52, report_.title, {.size = 26, .bold = true});
    svg_.text(40, 78,
              str("test accuracy ", fixed(evaluation_.accuracy, 4), " on ", test_.size(), " images, ",
                  report_.losses.size(), " training steps"),
              {.size = 15, .fill = kFaint});
    draw_loss({84, 140, 500, 360});
    draw_confusion({730, 140, 400, 400});
    draw_mistakes({40, 640, 1120, 180});
    return std::move(svg_).finish();
  }

 private:
  std::string class_name(size_t i) const {
    return i < report_.classes.size() ? report_.classes[i] : std::to_string(i);
  }

  void heading(double x, double y, std::string_view text) {
    svg_.text(x, y, text, {.size = 17, .bold = true});
  }

  void draw_loss(const Box& box) {
    heading(40, box.y - 18, "Loss");
    LossChart chart{.losses = report_.losses, .steps_per_unit = static_cast<double>(report_.steps_per_epoch)};
    for (size_t i = 0; i < report_.test_losses.size(); ++i)
      chart.tests.emplace_back(static_cast<double>(i + 1), report_.test_losses[i]);
    draw_losses(svg_, box, chart);
  }

  void draw_confusion(const Box& box) {
    heading(box.x - 90, box.y - 18, "Confusion");
    svg_.text(box.x + 22, box.y - 19, "row: truth, column: what the net said", {.fill = kFaint});
    const auto counts = evaluation_.confusion(test_);
    const double cell = box.width / static_cast<double>(counts.size());
    for (size_t row = 0; row < counts.size(); ++row) {
      const int64_t total =
          std::max<int64_t>(1, std::accumulate(counts[row].begin(), counts[row].end(), int64_t{0}));
      const double y = box.y + cell * static_cast<double>(row);
      svg_.text(box.x - 8, y + cell / 2 + 4, class_name(row), {.size = 12, .anchor = "end"});
      svg_.text(box.x + cell * (static_cast<double>(row) + 0.5) + 4, box.y + box.height + 12, class_name(row),
                {.size = 12, .anchor = "end", .rotate = -45});
      for (size_t column = 0; column < counts.size(); ++column)
        draw_count(box.x + cell * static_cast<double>(column), y, cell, counts[row][column], total,
                   row == column);
    }
  }

  void draw_count(double x, double y, double cell, int64_t count, int64_t total, bool right) {
    const double share = static_cast<double>(count) / static_cast<double>(total);
    // A square root makes the few mistakes visible beside the many hits.
    const auto fade = [&](int full) {
      return static_cast<int>(std::lround(247 + (full - 247) * std::sqrt(share)));
    };
    char color[8];
    const std::array<int, 3> full = right ? std::array{37, 99, 235} : std::array{220, 38, 38};
    std::snprintf(color, sizeof color, "#%02x%02x%02x", fade(full[0]), fade(full[1]), fade(full[2]));
    svg_.rect(x + 1, y + 1, cell - 2, cell - 2, color, 3);
    if (count > 0)
      svg_.text(x + cell / 2, y + cell / 2 + 4, std::to_string(count),
                {.size = 12, .anchor = "middle", .fill = share > 0.25 ? "#ffffff" : kInk});
  }

  // The mistakes that the net was surest of, at most two of each pair of classes.
  std::vector<size_t> worst_mistakes(size_t count) const {
    std::vector<size_t> wrong;
    for (size_t i = 0; i < labels_.size(); ++i)
      if (evaluation_.predicted[i] != labels_[i]) wrong.push_back(i);
    std::stable_sort(wrong.begin(), wrong.end(), [&](size_t a, size_t b) {
      return evaluation_.confidence[a] > evaluation_.confidence[b];
    });
    std::vector<size_t> chosen;
    for (size_t i : wrong) {
      const auto same = [&](size_t k) {
        return labels_[k] == labels_[i] && evaluation_.predicted[k] == evaluation_.predicted[i];
      };
      if (std::count_if(chosen.begin(), chosen.end(), same) < 2) chosen.push_back(i);
      if (chosen.size() == count) break;
    }
    return chosen;
  }

  void draw_mistakes(const Box& box) {
    constexpr size_t kCount = 9;
    heading(box.x, box.y - 18, "Mistakes it was surest of");
    const double width = box.width / kCount, side = width - 22;
    const Tensor images = test_.images.contiguous();
    const int64_t pixels = images.shape(1) * images.shape(2);
    double x = box.x;
    for (size_t i : worst_mistakes(kCount)) {
      const std::span image(images.data<uint8_t>() + static_cast<int64_t>(i) * pixels,
                            static_cast<size_t>(pixels));
      svg_.image(x, box.y, side, side, image, images.shape(2));
      svg_.text(x, box.y + side + 20, class_name(static_cast<size_t>(labels_[i])), {.bold = true});
      svg_.text(x, box.y + side + 38, "taken for", {.size = 12, .fill = kFaint});
      svg_.text(x, box.y + side + 55, class_name(static_cast<size_t>(evaluation_.predicted[i])),
                {.fill = kRed});
      svg_.text(x, box.y + side + 72, fixed(100.0 * evaluation_.confidence[i], 1) + " % sure",
                {.size = 12, .fill = kFaint});
      x += width;
    }
  }

  const Report& report_;
  const Evaluation& evaluation_;
  const data::ImageSet& test_;
  std::vector<int64_t> labels_;
  Svg svg_{1200, 860};
};

}  // namespace

std::string draw_report(const Report& report, const Evaluation& evaluation, const data::ImageSet& test) {
  return Page(report, evaluation, test).draw();
}

}  // namespace nucella::train
