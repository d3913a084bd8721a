// LossChart: the curve of the losses of a training run, and a page with nothing but that.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "nucella/train/svg.h"

namespace nucella::train {

struct Box {
  double x, y, width, height;
};

struct LossChart {
  std::vector<double> losses = {};  ///< of every training step
  double steps_per_unit = 1;        ///< of the axis below
  int64_t first_step = 0;           ///< how many steps were made before these
  std::string unit = "epoch";
  std::vector<std::pair<double, double>> tests = {};  ///< where, in units, and the loss on the test data
  std::string tests_name = "test, after each epoch";
};

/// Each step faintly, a smooth curve through them, and the tests.
void draw_losses(Svg& svg, const Box& box, const LossChart& chart);
/// One SVG file with a title, a line below it and the chart.
std::string draw_loss_page(const std::string& title, const std::string& subtitle, const LossChart& chart);

/// A number with so many digits behind the point.
std::string fixed(double value, int digits);

}  // namespace nucella::train
