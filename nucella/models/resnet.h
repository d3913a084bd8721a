// ResNet: the residual networks of He et al. (2016), with the names of torchvision's, whose weights fit.
#pragma once
#include "nucella/nn/activation.h"
#include "nucella/nn/batch_norm.h"
#include "nucella/nn/containers.h"
#include "nucella/nn/conv.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/pooling.h"

namespace nucella::models {

struct ResNetConfig {
  std::vector<int64_t> blocks = {2, 2, 2, 2};  ///< in each stage; the first of a later one halves the image
  bool bottleneck = false;                     ///< blocks of 1x1, 3x3, 1x1 instead of two of 3x3
  int64_t classes = 1000;
  int64_t in_channels = 3;
  int64_t width = 64;       ///< channels of the first stage; each later one has twice as many
  int64_t stem_kernel = 7;  ///< of the first convolution
  int64_t stem_stride = 2;
  bool stem_pool = true;  ///< a pool of 3x3 behind it halves the image again; small ones do without
};

/// Two convolutions of 3x3 and the way around them. `inputs` to `width` channels.
struct ResNetBlock : CellOf<ResNetBlock> {
  ResNetBlock(int64_t inputs, int64_t width, int64_t stride);
  Tensor construct(const Tensor& x);

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Conv2d conv2;
  nn::BatchNorm2d bn2;
  ChildPtr<nn::SequentialCell> downsample;  ///< null where the input is added as it is
};

/// Convolutions of 1x1, 3x3 (with the stride) and 1x1. `inputs` to 4 `width` channels.
struct ResNetBottleneck : CellOf<ResNetBottleneck> {
  ResNetBottleneck(int64_t inputs, int64_t width, int64_t stride);
  Tensor construct(const Tensor& x);

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Conv2d conv2;
  nn::BatchNorm2d bn2;
  nn::Conv2d conv3;
  nn::BatchNorm2d bn3;
  ChildPtr<nn::SequentialCell> downsample;
};

/// (N, in_channels, H, W) to (N, classes). Convolutions begin as HeNormal by fan_out. torchvision's files fit
/// with NameStyle::kMindSpore.
struct ResNet : CellOf<ResNet> {
  /// ValueError unless `blocks` are four, and for a number below 1.
  explicit ResNet(const ResNetConfig& config);
  Tensor construct(const Tensor& x);

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::MaxPool2d maxpool;
  nn::SequentialCell layer1, layer2, layer3, layer4;
  nn::Dense fc;

 private:
  bool stem_pool_;
};

/// Blocks 2, 2, 2, 2.
struct ResNet18 : ResNet {
  explicit ResNet18(int64_t classes = 1000, ResNetConfig config = {});
};

/// Bottlenecks 3, 4, 6, 3.
struct ResNet50 : ResNet {
  explicit ResNet50(int64_t classes = 1000, ResNetConfig config = {});
};

}  // namespace nucella::models
