// recompute: a computation that keeps nothing for the backward pass but where it starts, and runs again
// there.
#pragma once
#include <functional>

#include "nucella/tensor/tensor.h"

namespace nucella {

/// Runs `fn()` and returns its results. When gradients are recorded, the intermediate values of `fn` are let
/// go, and the backward pass calls `fn` again (so `fn` owns what it needs and does the same each time).
/// Gradients reach every tensor that `fn` reads, whether passed to it or not, and may themselves be
/// differentiated. Random ops get the same seeds again. What `fn` changes in place, it changes twice, unless
/// it asks recomputing(). RuntimeError in the backward pass when something that `fn` reads and does not
/// itself write has been changed in place since, or when it returns another number of tensors or draws more
/// random numbers than the first time.
Tensors recompute(std::function<Tensors()> fn);

/// True on a thread that runs such an `fn` again for the backward pass.
bool recomputing();

}  // namespace nucella
