// Lazy tensors: what `initializer(...)` is as a Tensor, before and after its data are made.
#pragma once
#include "nucella/nn/parameter.h"

namespace nucella {

/// A tensor of the recipe's shape and dtype without data. Ops refuse it (RuntimeError) until init_data().
Tensor as_tensor(const LazyTensor& recipe);
/// The recipe of a tensor made by as_tensor(), while it has no data; null for every other tensor.
const LazyTensor* lazy_of(const Tensor& tensor);
/// Draws a key and fills the tensor in place. TypeError when it has its data already or is not lazy.
const Tensor& init_data(const Tensor& tensor);

}  // namespace nucella
