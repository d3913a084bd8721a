// x + y, 2 * x, -x, x < y, ... for tensors and Python-like scalars, by MindSpore's rules of type promotion.
#pragma once
#include <concepts>

#include "nucella/ops/ops.h"

namespace nucella {

namespace detail {
/// The scalar as a 0-d tensor that takes part in an operation with `like`: an integer keeps the type of
/// `like` (bool becomes int64), a float keeps a floating type and turns any other into float32.
Tensor scalar_like(double value, const Tensor& like);
Tensor scalar_like(int64_t value, const Tensor& like);
Tensor scalar_like(bool value, const Tensor& like);
template <std::integral T>
Tensor scalar_like(T value, const Tensor& like) {
  return scalar_like(static_cast<int64_t>(value), like);
}
template <std::floating_point T>
Tensor scalar_like(T value, const Tensor& like) {
  return scalar_like(static_cast<double>(value), like);
}
}  // namespace detail

template <class T>
concept Scalar = std::is_arithmetic_v<T>;

#define NUCELLA_OPERATOR(symbol, op)                                                        \
  inline Tensor operator symbol(const Tensor& x, const Tensor& y) { return ops::op(x, y); } \
  template <Scalar S>                                                                       \
  Tensor operator symbol(const Tensor& x, S y) {                                            \
    return ops::op(x, detail::scalar_like(y, x));                                           \
  }                                                                                         \
  template <Scalar S>                                                                       \
  Tensor operator symbol(S x, const Tensor& y) {                                            \
    return ops::op(detail::scalar_like(x, y), y);                                           \
  }
NUCELLA_OPERATOR(+, add)
NUCELLA_OPERATOR(-, sub)
NUCELLA_OPERATOR(*, mul)
NUCELLA_OPERATOR(/, div)
NUCELLA_OPERATOR(<, less)
NUCELLA_OPERATOR(<=, less_equal)
NUCELLA_OPERATOR(>, greater)
NUCELLA_OPERATOR(>=, greater_equal)
NUCELLA_OPERATOR(==, equal)
NUCELLA_OPERATOR(!=, not_equal)
#undef NUCELLA_OPERATOR
inline Tensor operator-(const Tensor& x) { return ops::neg(x); }

}  // namespace nucella
