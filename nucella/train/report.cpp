#include "nucella/train/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "nucella/train/svg.h"

namespace nucella::train {
namespace {

constexpr std::string_view kInk = "#1f2933", kFaint = "#7b8794", kGrid = "#e4e7eb", kBlue = "#2563eb",
                           kAmber = "#d97706", kRed = "#dc2626";

using Points = std::vector<std::pair<double, double>>;

struct Box {
  double x, y, width, height;
};

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// The step of 1, 2 or 5 times a power of ten that divides `range` into about `parts`.
double nice_step(double range, int parts) {
  const double rough = range / parts, power = std::pow(10, std::floor(std::log10(rough)));
  const double factor = rough / power;
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}

std::vector<double> smoothed(const std::vector<double>& values) {
  const double keep = 1 - 1 / std::max(1.0, static_cast<double>(values.size()) / 150);
  std::vector<double> out;
  double sum = 0, weight = 0;
  for (double v : values) {
    sum = keep * sum + v;
    weight = keep * weight + 1;
    out.push_back(sum / weight);
  }
  return out;
}

// At most one point per pixel: the mean of what falls on it.
Points thinned(const Points& points, double width) {
  const size_t bucket = std::max<size_t>(1, points.size() / static_cast<size_t>(width));
  Points out;
  for (size_t i = 0; i < points.size(); i += bucket) {
    const size_t end = std::min(points.size(), i + bucket);
    double x = 0, y = 0;
    for (size_t k = i; k < end; ++k) x += points[k].first, y += points[k].second;
    out.emplace_back(x / static_cast<double>(end - i), y / static_cast<double>(end - i));
  }
  return out;
}

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

  void legend(double x, double y, std::string_view color, std::string_view text) {
    svg_.rect(x, y - 9, 18, 4, color, 2);
    svg_.text(x + 25, y - 3, text, {.fill = kFaint});
  }

  void draw_loss(const Box& box) {
    heading(40, box.y - 18, "Loss");
    const double epochs = std::max(
        1.0, static_cast<double>(report_.losses.size()) / static_cast<double>(report_.steps_per_epoch));
    const std::vector<double> smooth = smoothed(report_.losses);
    double top = 1e-3;
    for (double v : smooth) top = std::max(top, v);
    for (double v : report_.test_losses) top = std::max(top, v);
    const double step = nice_step(top, 5);
    top = std::ceil(top / step) * step;
    const auto at = [&](double epoch, double loss) {
      return std::pair(box.x + box.width * epoch / epochs,
                       box.y + box.height * (1 - std::min(loss, top) / top));
    };
    for (double v = 0; v < top + step / 2; v += step) {
      const double y = at(0, v).second;
      svg_.line(box.x, y, box.x + box.width, y, {.color = kGrid});
      svg_.text(box.x - 10, y + 4, fixed(v, step < 0.1 ? 2 : 1), {.anchor = "end", .fill = kFaint});
    }
    const double every = std::max(1.0, nice_step(epochs, 8));
    for (double e = 0; e < epochs + 1e-9; e += every)
      svg_.text(at(e, 0).first, box.y + box.height + 22, fixed(e, 0), {.anchor = "middle", .fill = kFaint});
    svg_.text(box.x + box.width / 2, box.y + box.height + 44, "epoch", {.anchor = "middle", .fill = kFaint});

    const auto curve = [&](const std::vector<double>& values) {
      Points points;
      for (size_t i = 0; i < values.size(); ++i)
        points.push_back(
            at(static_cast<double>(i + 1) / static_cast<double>(report_.steps_per_epoch), values[i]));
      return thinned(points, box.width);
    };
    svg_.polyline(curve(report_.losses), {.color = kBlue, .width = 1, .opacity = 0.25});
    svg_.polyline(curve(smooth), {.color = kBlue, .width = 2.5});
    legend(box.x + box.width - 300, box.y - 14, kBlue, "training");
    if (report_.test_losses.empty()) return;
    Points points;
    for (size_t i = 0; i < report_.test_losses.size(); ++i)
      points.push_back(at(static_cast<double>(i + 1), report_.test_losses[i]));
    svg_.polyline(points, {.color = kAmber, .width = 2});
    for (const auto& [x, y] : points) svg_.circle(x, y, 4.5, kAmber);
    legend(box.x + box.width - 190, box.y - 14, kAmber, "test, after each epoch");
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
