#include "nucella/ops/clip.h"

#include <cmath>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::ops {
namespace {

Tensor in_float(const Tensor& t) { return is_floating(t.dtype()) ? t : cast(t, float32); }

Tensor scaled(const Tensor& t, const Tensor& factor) {
  const Tensor product = in_float(t) * factor;
  return product.dtype() == t.dtype() ? product : cast(product, t.dtype());
}

// Norm of one tensor: 0-d.
Tensor norm_of(const Tensor& t, double order) {
  const Tensor size = abs(in_float(t));
  if (std::isinf(order)) return order > 0 ? reduce_max(size) : reduce_min(size);
  if (order == 2) return sqrt(reduce_sum(square(size)));
  return pow(reduce_sum(pow(size, scalar(order, size.dtype()))), scalar(1 / order, size.dtype()));
}

}  // namespace

Tensors clip_by_global_norm(const Tensors& tensors, double clip_norm) {
  check<ValueError>(clip_norm > 0, "clip_by_global_norm: 'clip_norm' must be greater than 0, got ",
                    clip_norm);
  check<ValueError>(!tensors.empty(), "clip_by_global_norm: 'x' must hold at least one Tensor, got none");
  Tensors squares;
  for (const Tensor& t : tensors) squares.push_back(reduce_sum(square(cast(t, float32))));
  const Tensor limit = scalar(clip_norm), norm = sqrt(add_n(squares));
  const Tensor factor = limit / maximum(norm, limit);
  Tensors out;
  for (const Tensor& t : tensors) out.push_back(scaled(t, factor));
  return out;
}

Tensors clip_by_norm(const Tensors& tensors, double max_norm, double norm_type, bool error_if_nonfinite) {
  check<ValueError>(!tensors.empty(), "clip_by_norm: 'x' must hold at least one Tensor, got none");
  Tensors norms;
  for (const Tensor& t : tensors) norms.push_back(cast(norm_of(t, norm_type), float32));
  const Tensor norm = norm_of(stack(norms), norm_type);
  check<RuntimeError>(!error_if_nonfinite || std::isfinite(norm.item<double>()),
                      "clip_by_norm: the norm of order ", norm_type, " is not finite");
  const Tensor factor = minimum(scalar(max_norm) / (norm + 1e-6), scalar(1));
  Tensors out;
  for (const Tensor& t : tensors) out.push_back(scaled(t, factor));
  return out;
}

}  // namespace nucella::ops
