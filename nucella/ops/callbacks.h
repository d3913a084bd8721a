// Callbacks that ops carry as attributes: a function called in the backward pass.
#pragma once
#include "nucella/op/op.h"

namespace nucella {

/// The function behind `call_backward` (backward hooks), `with_bprop` (custom bprop of a Cell) and
/// `recompute`.
class BackwardCallback : public Callback {
 public:
  /// `grads` are the gradients of the outputs; where none arrived, call_backward gives an undefined
  /// tensor, as it does for inputs whose gradient nobody wants, and the others give zeros. Returns one
  /// gradient for each input; undefined means that none flows. `ins` and `outs` are empty but for with_bprop.
  virtual Tensors backward(const Tensors& ins, const Tensors& outs, const Tensors& grads) = 0;
  /// False: with_bprop leaves missing gradients undefined.
  virtual bool wants_zeros() const { return true; }
};

}  // namespace nucella
