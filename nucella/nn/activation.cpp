#include "nucella/nn/activation.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {

Tensor ReLU::construct(const Tensor& x) { return ops::relu(x); }
Tensor Sigmoid::construct(const Tensor& x) { return ops::sigmoid(x); }
Tensor Tanh::construct(const Tensor& x) { return ops::tanh(x); }
Tensor Softmax::construct(const Tensor& x) { return ops::softmax(x, axis_); }

CellPtr get_activation(std::string_view name) {
  if (name == "relu") return std::make_shared<ReLU>();
  if (name == "sigmoid") return std::make_shared<Sigmoid>();
  if (name == "tanh") return std::make_shared<Tanh>();
  if (name == "softmax") return std::make_shared<Softmax>();
  raise<KeyError>("get_activation: the name must be one of relu, sigmoid, softmax, tanh, got '", name, "'");
}

}  // namespace nucella::nn
