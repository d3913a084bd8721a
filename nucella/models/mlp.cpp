#include "nucella/models/mlp.h"

namespace nucella::models {

MLP::MLP(int64_t inputs, int64_t hidden, int64_t classes)
    : fc1(*this, "fc1", inputs, hidden),
      fc2(*this, "fc2", hidden, hidden),
      fc3(*this, "fc3", hidden, classes) {}

Tensor MLP::construct(const Tensor& x) { return fc3(relu(fc2(relu(fc1(flatten(x)))))); }

}  // namespace nucella::models
