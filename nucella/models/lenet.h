// LeNet5: the convolutional network of LeCun et al. (1998) for 28x28 grey images.
#pragma once
#include "nucella/nn/activation.h"
#include "nucella/nn/conv.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/flatten.h"
#include "nucella/nn/pooling.h"

namespace nucella::models {

/// (N, 1, 28, 28) to (N, classes): two convolutions of 5x5 with pools between, then three dense layers.
struct LeNet5 : CellOf<LeNet5> {
  explicit LeNet5(int64_t classes = 10);
  Tensor construct(const Tensor& x);

  nn::Conv2d conv1{*this, "conv1", 1, 6, 5, {.has_bias = true}};
  nn::Conv2d conv2{*this, "conv2", 6, 16, 5, {.pad_mode = "valid", .has_bias = true}};
  nn::MaxPool2d pool{*this, "pool", 2, {.stride = 2}};
  nn::Flatten flatten{*this, "flatten"};
  nn::ReLU relu{*this, "relu"};
  nn::Dense fc1{*this, "fc1", 16 * 5 * 5, 120};
  nn::Dense fc2{*this, "fc2", 120, 84};
  nn::Dense fc3;
};

}  // namespace nucella::models
