#include "nucella/models/resnet.h"

#include "nucella/nn/initializer.h"
#include "nucella/ops/ops.h"

namespace nucella::models {
namespace {

constexpr int64_t kExpansion = 4;  // of a bottleneck's last convolution

nn::Conv2dOptions conv_options(int64_t kernel, int64_t stride) {
  return {.stride = stride,
          .pad_mode = "pad",
          .padding = kernel / 2,
          .weight_init = init::HeNormal(0.0, "fan_out", "relu")};
}

std::shared_ptr<nn::SequentialCell> shortcut(int64_t inputs, int64_t outputs, int64_t stride) {
  if (inputs == outputs && stride == 1) return nullptr;
  return nn::cell<nn::SequentialCell>(
      nn::cell<nn::Conv2d>(inputs, outputs, nn::Extents(1), conv_options(1, stride)),
      nn::cell<nn::BatchNorm2d>(outputs));
}

std::vector<CellPtr> stage(const ResNetConfig& config, size_t index) {
  const int64_t width = config.width << index, expansion = config.bottleneck ? kExpansion : 1;
  int64_t inputs = index == 0 ? width : width / 2 * expansion;
  std::vector<CellPtr> blocks;
  for (int64_t i = 0; i < config.blocks[index]; ++i) {
    const int64_t stride = i == 0 && index > 0 ? 2 : 1;
    blocks.push_back(config.bottleneck ? CellPtr(nn::cell<ResNetBottleneck>(inputs, width, stride))
                                       : nn::cell<ResNetBlock>(inputs, width, stride));
    inputs = width * expansion;
  }
  return blocks;
}

const ResNetConfig& checked(const ResNetConfig& config) {
  check<ValueError>(config.blocks.size() == 4, "ResNet: 'blocks' must have four numbers, got ",
                    config.blocks.size());
  for (int64_t count : config.blocks)
    check<ValueError>(count > 0, "ResNet: each of 'blocks' must be at least 1, got ", count);
  check<ValueError>(config.width > 0, "ResNet: 'width' must be at least 1, got ", config.width);
  return config;
}

ResNetConfig with(ResNetConfig config, std::vector<int64_t> blocks, bool bottleneck, int64_t classes) {
  config.blocks = std::move(blocks);
  config.bottleneck = bottleneck;
  config.classes = classes;
  return config;
}

}  // namespace

ResNetBlock::ResNetBlock(int64_t inputs, int64_t width, int64_t stride)
    : conv1(*this, "conv1", inputs, width, 3, conv_options(3, stride)),
      bn1(*this, "bn1", width),
      conv2(*this, "conv2", width, width, 3, conv_options(3, 1)),
      bn2(*this, "bn2", width),
      downsample(*this, "downsample", shortcut(inputs, width, stride)) {}

Tensor ResNetBlock::construct(const Tensor& x) {
  const Tensor y = conv2(bn1.relu(conv1(x)));
  return bn2.relu(y, downsample ? downsample(x) : x);
}

ResNetBottleneck::ResNetBottleneck(int64_t inputs, int64_t width, int64_t stride)
    : conv1(*this, "conv1", inputs, width, 1, conv_options(1, 1)),
      bn1(*this, "bn1", width),
      conv2(*this, "conv2", width, width, 3, conv_options(3, stride)),
      bn2(*this, "bn2", width),
      conv3(*this, "conv3", width, width * kExpansion, 1, conv_options(1, 1)),
      bn3(*this, "bn3", width * kExpansion),
      downsample(*this, "downsample", shortcut(inputs, width * kExpansion, stride)) {}

Tensor ResNetBottleneck::construct(const Tensor& x) {
  const Tensor y = conv3(bn2.relu(conv2(bn1.relu(conv1(x)))));
  return bn3.relu(y, downsample ? downsample(x) : x);
}

ResNet::ResNet(const ResNetConfig& config)
    : conv1(*this, "conv1", config.in_channels, checked(config).width, config.stem_kernel,
            conv_options(config.stem_kernel, config.stem_stride)),
      bn1(*this, "bn1", config.width),
      maxpool(*this, "maxpool", 3, {.stride = 2, .pad_mode = "pad", .padding = 1}),
      layer1(*this, "layer1", stage(config, 0)),
      layer2(*this, "layer2", stage(config, 1)),
      layer3(*this, "layer3", stage(config, 2)),
      layer4(*this, "layer4", stage(config, 3)),
      fc(*this, "fc", (config.width << 3) * (config.bottleneck ? kExpansion : 1), config.classes),
      stem_pool_(config.stem_pool) {}

Tensor ResNet::construct(const Tensor& x) {
  Tensor y = bn1.relu(conv1(x));
  if (stem_pool_) y = maxpool(y);
  for (nn::SequentialCell* layer : {&layer1, &layer2, &layer3, &layer4}) y = (*layer)(y);
  return fc(ops::reduce_mean(y, {2, 3}));
}

ResNet18::ResNet18(int64_t classes, ResNetConfig config)
    : ResNet(with(std::move(config), {2, 2, 2, 2}, false, classes)) {}

ResNet50::ResNet50(int64_t classes, ResNetConfig config)
    : ResNet(with(std::move(config), {3, 4, 6, 3}, true, classes)) {}

}  // namespace nucella::models
