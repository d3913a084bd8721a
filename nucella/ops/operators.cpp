#include "nucella/ops/operators.h"

#include "nucella/tensor/create.h"

namespace nucella::detail {

Tensor scalar_like(double value, const Tensor& like) {
  return scalar(value, is_floating(like.dtype()) ? like.dtype() : float32);
}

Tensor scalar_like(int64_t value, const Tensor& like) {
  const DType dtype = like.dtype() == bool_ ? int64 : like.dtype();
  if (is_floating(dtype)) return scalar(static_cast<double>(value), dtype);
  // Out-of-range integers wrap, as in MindSpore; a detour over double would lose the low bits.
  Tensor out = Tensor::empty({}, dtype);
  dispatch(dtype, [&]<class T>() { *out.mutable_data<T>() = static_cast<T>(value); });
  return out;
}

Tensor scalar_like(bool value, const Tensor& like) { return scalar(value, like.dtype()); }

}  // namespace nucella::detail
