// with_batch: layers of (N, C, ...) that also take one sample (C, ...).
#pragma once
#include "nucella/ops/ops.h"

namespace nucella::nn {

/// `body` of `x` as a batch: of the only sample when `x` has no more than the channels and `axes` axes.
template <class F>
Tensor with_batch(const Tensor& x, int axes, F body) {
  if (x.ndim() != axes + 1) return body(x);
  return ops::squeeze(body(ops::expand_dims(x, 0)), {0});
}

}  // namespace nucella::nn
