// Hooks of a tensor: functions that see its gradient in a backward pass and may replace it.
#pragma once
#include "nucella/base/hook_list.h"
#include "nucella/tensor/tensor.h"

namespace nucella {

/// Takes the gradient of the tensor, complete (summed over all uses), and returns the one that shall stand
/// instead; an undefined Tensor leaves it as it is.
using TensorHook = std::function<Tensor(const Tensor& grad)>;

/// MindSpore's Tensor.register_hook. Several hooks run in the order of their registration, each on what the
/// one before it left. They belong to the tensor, not to this handle of it, and stay over any number of
/// backward passes; a hook that holds its own tensor keeps it alive until it is removed. Parameters and
/// inputs are asked when their gradient is wanted (with zeros when none flows), other tensors when one
/// arrives. A tensor computed under a tape that is then changed in place leaves its hooks with its old value.
/// TypeError for an empty function, RuntimeError for an undefined tensor or a parameter that is not trained.
/// A new gradient is cast to the tensor's dtype; ValueError, in the backward pass, when its shape differs.
HookHandle register_hook(const Tensor& t, TensorHook hook);

/// The hooks registered now, in order.
std::vector<TensorHook> hooks(const Tensor& t);

/// `grad` after the hooks, an Attachment that register_hook() has made.
Tensor run_tensor_hooks(const Attachment& hooks, Tensor grad);

}  // namespace nucella
