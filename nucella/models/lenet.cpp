#include "nucella/models/lenet.h"

namespace nucella::models {

LeNet5::LeNet5(int64_t classes) : fc3(*this, "fc3", 84, classes) {}

Tensor LeNet5::construct(const Tensor& x) {
  const Tensor features = pool(relu(conv2(pool(relu(conv1(x))))));
  return fc3(relu(fc2(relu(fc1(flatten(features))))));
}

}  // namespace nucella::models
