// Cells as functions of tensors, for grad, value_and_grad and GradOperation.
#pragma once
#include "nucella/grad/grad.h"
#include "nucella/nn/cell.h"

namespace nucella {

/// Calls `net` with the tensors as positional arguments; its results, flattened. `net` must outlive the
/// function.
TensorFn as_function(Cell& net);

/// The parameters as the `weights` that grad.h asks for.
Tensors as_weights(const std::vector<Parameter>& parameters);

/// GradOperation on a net: what MindSpore writes `grad_operation(net, weights)`. Without `weights` a
/// get_by_list operation takes the net's trainable parameters.
std::function<GradOperation::Gradients(const Tensors&)> differentiate(const GradOperation& operation,
                                                                      Cell& net);
std::function<GradOperation::Gradients(const Tensors&)> differentiate(const GradOperation& operation,
                                                                      Cell& net,
                                                                      const std::vector<Parameter>& weights);

}  // namespace nucella
