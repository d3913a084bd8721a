// Callbacks that ops carry as attributes: a function called in the backward pass.
#pragma once
#include "nucella/op/op.h"

namespace nucella {

/// The function behind `call_backward` (backward hooks) and `with_bprop` (custom bprop of a Cell).
class BackwardCallback : public Callback {
 public:
  /// `grads` are the gradients of the outputs; where none arrived, with_bprop gives zeros and call_backward
  /// an undefined tensor, as it does for inputs whose gradient nobody wants. Returns one gradient for each
  /// input; undefined means that none flows. For call_backward `ins` and `outs` are empty.
  virtual Tensors backward(const Tensors& ins, const Tensors& outs, const Tensors& grads) = 0;
};

}  // namespace nucella
