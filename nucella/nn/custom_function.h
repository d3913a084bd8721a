// CustomFunction: a computation that brings its own derivative.
#pragma once
#include <memory>

#include "nucella/nn/value.h"

namespace nucella {

/// One call of a function with a derivative of its own; what MindSpore calls the context is the object
/// itself. Derive, keep in members what `backward` needs, and call it with call_custom_function(). A new
/// object for each call.
class CustomFunction {
 public:
  virtual ~CustomFunction() = default;
  /// Computes a Tensor or a tuple with Tensors in it; its ops are not recorded.
  virtual Value forward(const Values& inputs) = 0;
  /// The gradients of the inputs (a tuple, or one value for one input) from those of the outputs: one for
  /// each output, None for what is no Tensor. None where no gradient flows, and for inputs that are no
  /// Tensors. A gradient of another dtype is cast, one of a shape that the input's broadcasts to is summed.
  virtual Value backward(const Values& grads) = 0;
  /// For error texts.
  virtual std::string name() const { return "CustomFunction"; }

  /// Which inputs take part in a differentiation; set before forward().
  std::vector<bool> needs_input_grad;
  /// For forward() to set: inputs that it has changed in place (all must be outputs), outputs that have no
  /// gradient, and whether missing gradients of outputs are zeros for backward(), or None.
  Tensors dirty_tensors;
  Tensors non_differentiable;
  bool materialize_grads = true;
};

/// Runs the function. RuntimeError when a dirty tensor is no output, is watched by a gradient itself, or is a
/// part of another tensor while there are several outputs; in the backward pass, when the number of
/// gradients, or the kind or shape of one, is wrong.
Value call_custom_function(const std::shared_ptr<CustomFunction>& function, const Values& inputs);

/// `grad` as the gradient of `input`: cast to its dtype and summed to its shape. RuntimeError, naming `who`,
/// when the input's shape does not broadcast to that of `grad`.
Tensor fit_gradient(const Tensor& grad, const Tensor& input, std::string_view who);

}  // namespace nucella
