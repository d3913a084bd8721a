#include "nucella/train/loss_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nucella::train {

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

namespace {

constexpr std::string_view kFaint = "#7b8794", kGrid = "#e4e7eb", kBlue = "#2563eb", kAmber = "#d97706";

using Points = std::vector<std::pair<double, double>>;

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

class Chart {
 public:
  Chart(Svg& svg, const Box& box, const LossChart& chart)
      : svg_(svg),
        box_(box),
        chart_(chart),
        smooth_(smoothed(chart.losses)),
        units_(std::max(
            1.0, static_cast<double>(chart.first_step + std::ssize(chart.losses)) / chart.steps_per_unit)) {
    for (double v : smooth_) top_ = std::max(top_, v);
    for (const auto& [x, y] : chart.tests) top_ = std::max(top_, y);
    step_ = nice_step(top_, 5);
    top_ = std::ceil(top_ / step_) * step_;
  }

  void draw() {
    draw_axes();
    svg_.polyline(curve(chart_.losses), {.color = kBlue, .width = 1, .opacity = 0.25});
    svg_.polyline(curve(smooth_), {.color = kBlue, .width = 2.5});
    legend(box_.x + box_.width - 300, kBlue, "training");
    if (chart_.tests.empty()) return;
    Points points;
    for (const auto& [x, y] : chart_.tests) points.push_back(at(x, y));
    svg_.polyline(points, {.color = kAmber, .width = 2});
    for (const auto& [x, y] : points) svg_.circle(x, y, 4.5, kAmber);
    legend(box_.x + box_.width - 190, kAmber, chart_.tests_name);
  }

 private:
  std::pair<double, double> at(double unit, double loss) const {
    return {box_.x + box_.width * unit / units_, box_.y + box_.height * (1 - std::min(loss, top_) / top_)};
  }

  Points curve(const std::vector<double>& values) const {
    Points points;
    auto step = static_cast<double>(chart_.first_step);
    for (double value : values) points.push_back(at(++step / chart_.steps_per_unit, value));
    return thinned(points, box_.width);
  }

  void legend(double x, std::string_view color, std::string_view text) {
    const double y = box_.y - 14;
    svg_.rect(x, y - 9, 18, 4, color, 2);
    svg_.text(x + 25, y - 3, text, {.fill = kFaint});
  }

  void draw_axes() {
    for (double v = 0; v < top_ + step_ / 2; v += step_) {
      const double y = at(0, v).second;
      svg_.line(box_.x, y, box_.x + box_.width, y, {.color = kGrid});
      svg_.text(box_.x - 10, y + 4, fixed(v, step_ < 0.1 ? 2 : 1), {.anchor = "end", .fill = kFaint});
    }
    const double every = std::max(1.0, nice_step(units_, 8)), below = box_.y + box_.height;
    for (double e = 0; e < units_ + 1e-9; e += every)
      svg_.text(at(e, 0).first, below + 22, fixed(e, 0), {.anchor = "middle", .fill = kFaint});
    svg_.text(box_.x + box_.width / 2, below + 44, chart_.unit, {.anchor = "middle", .fill = kFaint});
  }

  Svg& svg_;
  const Box& box_;
  const LossChart& chart_;
  const std::vector<double> smooth_;
  const double units_;
  double top_ = 1e-3, step_ = 1;
};

}  // namespace

void draw_losses(Svg& svg, const Box& box, const LossChart& chart) { Chart(svg, box, chart).draw(); }

std::string draw_loss_page(const std::string& title, const std::string& subtitle, const LossChart& chart) {
  Svg svg(700, 520);
  svg.text(40, 46, title, {.size = 22, .bold = true});
  svg.text(40, 70, subtitle, {.size = 14, .fill = kFaint});
  draw_losses(svg, {84, 124, 570, 320}, chart);
  return std::move(svg).finish();
}

}  // namespace nucella::train
