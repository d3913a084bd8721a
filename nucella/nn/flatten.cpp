#include "nucella/nn/flatten.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {

Tensor Flatten::construct(const Tensor& x) { return ops::flatten(x, start_dim_, end_dim_); }

}  // namespace nucella::nn
