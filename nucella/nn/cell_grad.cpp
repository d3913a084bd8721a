#include "nucella/nn/cell_grad.h"

namespace nucella {

TensorFn as_function(Cell& net) {
  return [&net](const Tensors& inputs) { return net.call(Values(inputs.begin(), inputs.end())).tensors(); };
}

Tensors as_weights(const std::vector<Parameter>& parameters) {
  return {parameters.begin(), parameters.end()};
}

std::function<GradOperation::Gradients(const Tensors&)> differentiate(const GradOperation& operation,
                                                                      Cell& net) {
  return differentiate(operation, net, net.trainable_params());
}

std::function<GradOperation::Gradients(const Tensors&)> differentiate(const GradOperation& operation,
                                                                      Cell& net,
                                                                      const std::vector<Parameter>& weights) {
  return operation(as_function(net), as_weights(weights));
}

}  // namespace nucella
