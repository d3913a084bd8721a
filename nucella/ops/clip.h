// Clipping of gradients by their norms: what several ops together make, as MindSpore has it.
#pragma once
#include "nucella/ops/ops.h"

namespace nucella::ops {

/// Every tensor times clip_norm / max(norm, clip_norm), where norm is the root of the sum of all squares.
/// ValueError for no tensors or a `clip_norm` that is not positive.
Tensors clip_by_global_norm(const Tensors& tensors, double clip_norm = 1);

/// Every tensor times min(1, max_norm / (norm + 1e-6)), where norm is that of order `norm_type` (infinity
/// allowed) of all elements together. ValueError for no tensors; with `error_if_nonfinite` RuntimeError when
/// the norm is not finite.
Tensors clip_by_norm(const Tensors& tensors, double max_norm, double norm_type = 2,
                     bool error_if_nonfinite = false);

}  // namespace nucella::ops
