// draw_report: a training run on one page: loss curve, confusion matrix, and images that were taken for
// something else.
#pragma once
#include <string>
#include <vector>

#include "nucella/data/images.h"
#include "nucella/train/evaluate.h"

namespace nucella::train {

struct Report {
  std::string title = {};           ///< "LeNet-5 on Fashion-MNIST"
  std::vector<double> losses = {};  ///< of every training step
  int64_t steps_per_epoch = 1;
  std::vector<double> test_losses = {};   ///< after every epoch; may be empty
  std::vector<std::string> classes = {};  ///< names; numbers are used when there are too few
};

/// The page as SVG. `evaluation` is the evaluation of the trained net on `test`.
std::string draw_report(const Report& report, const Evaluation& evaluation, const data::ImageSet& test);

}  // namespace nucella::train
