// Gradients of functions of tensors: GradOperation, grad and value_and_grad, of any order.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "nucella/tensor/tensor.h"

namespace nucella {

/// What is differentiated: tensors in, tensors out. Cells become one by as_function() of the nn layer.
using TensorFn = std::function<Tensors(const Tensors&)>;

struct GradOptions {
  /// Inputs to differentiate by, each once, none negative.
  std::vector<int> grad_position = {0};
  /// Tensors (Parameters) that the function uses and that gradients are wanted for as well.
  Tensors weights = {};
  /// Only the first output is differentiated; the others come back as they are.
  bool has_aux = false;
  /// Gradients of the outputs; undefined or left out: ones.
  Tensors sens = {};
};

struct GradResult {
  Tensors value;         ///< the outputs of the function (with has_aux: the first)
  Tensors aux;           ///< with has_aux: the other outputs
  Tensors input_grads;   ///< one per grad_position
  Tensors weight_grads;  ///< one per weight
};

/// Runs `fn(inputs)` and differentiates it. What does not influence the result has a gradient of zeros.
/// ValueError for a repeated or negative position, for has_aux with a single output and for a `sens` of
/// another shape; TypeError for one of another dtype; RuntimeError for a position beyond the inputs and
/// within a NoGradScope.
GradResult value_and_grad(const TensorFn& fn, const Tensors& inputs, const GradOptions& options = {});

/// Throws as above unless each defined tensor of `sens` can be the gradient of the output in its place.
void check_sens(const Tensors& outputs, const Tensors& sens);

/// Gradients only: those of the positions, then those of the weights.
Tensors grad(const TensorFn& fn, const Tensors& inputs, const GradOptions& options = {});
/// A function of one tensor with one result: its gradient, again such a function (so it can be differentiated
/// again).
std::function<Tensor(const Tensor&)> grad(std::function<Tensor(const Tensor&)> fn);

/// MindSpore's GradOperation. Without flags: the gradient of the first input. `get_all`: of every input.
/// `get_by_list`: of the weights (with get_all: inputs and weights). `sens_param`: the last argument of the
/// call is the gradient of the output.
class GradOperation {
 public:
  explicit GradOperation(bool get_all = false, bool get_by_list = false, bool sens_param = false)
      : get_all_(get_all), get_by_list_(get_by_list), sens_param_(sens_param) {}

  struct Gradients {
    Tensors inputs;
    Tensors weights;
  };
  /// The function that computes the gradients of `fn`.
  std::function<Gradients(const Tensors&)> operator()(TensorFn fn, Tensors weights = {}) const;

 private:
  bool get_all_, get_by_list_, sens_param_;
};

}  // namespace nucella
