// MLP: dense layers with ReLU between them.
#pragma once
#include "nucella/nn/activation.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/flatten.h"

namespace nucella::models {

/// Flattens its input to (N, inputs); then inputs -> hidden -> hidden -> classes.
struct MLP : CellOf<MLP> {
  explicit MLP(int64_t inputs = 784, int64_t hidden = 512, int64_t classes = 10);
  Tensor construct(const Tensor& x);

  nn::Flatten flatten{*this, "flatten"};
  nn::ReLU relu{*this, "relu"};
  nn::Dense fc1, fc2, fc3;
};

}  // namespace nucella::models
