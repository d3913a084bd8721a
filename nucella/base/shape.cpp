#include "nucella/base/shape.h"

namespace nucella {

void Shape::insert(int at, int64_t dim) {
  push_back(dim);
  std::rotate(begin() + at, end() - 1, end());
}

void Shape::erase(int at) {
  std::copy(begin() + at + 1, end(), begin() + at);
  --ndim_;
}

int64_t Shape::numel() const {
  int64_t n = 1;
  bool zero = false;
  for (int64_t d : *this) zero |= d == 0;
  if (zero) return 0;
  for (int64_t d : *this)
    check<ValueError>(!__builtin_mul_overflow(n, d, &n), "shape: the number of elements of ", *this,
                      " does not fit into 64 bits");
  return n;
}

std::string Shape::str() const {
  std::string out = "(";
  for (int i = 0; i < ndim_; ++i) {
    if (i) out += ", ";
    out += std::to_string(dims_[i]);
  }
  return out + (ndim_ == 1 ? ",)" : ")");
}

Shape contiguous_strides(const Shape& shape) {
  Shape strides = shape;
  int64_t step = 1;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    strides[i] = step;
    // A shape without elements can still have extents whose product overflows.
    check<ValueError>(!__builtin_mul_overflow(step, std::max<int64_t>(shape[i], 1), &step),
                      "shape: the strides of ", shape, " do not fit into 64 bits");
  }
  return strides;
}

Shape broadcast_shapes(const Shape& a, const Shape& b, std::string_view op) {
  const Shape& longer = a.ndim() >= b.ndim() ? a : b;
  const Shape& shorter = a.ndim() >= b.ndim() ? b : a;
  Shape out = longer;
  const int lead = longer.ndim() - shorter.ndim();
  for (int i = 0; i < shorter.ndim(); ++i) {
    const int64_t l = longer[lead + i], s = shorter[i];
    check<ValueError>(l == s || l == 1 || s == 1, op, ": the input shapes cannot be broadcast together, got ",
                      a, " and ", b);
    out[lead + i] = l == 1 ? s : l;
  }
  return out;
}

int normalize_axis(int64_t axis, int ndim, std::string_view op, std::string_view name) {
  const int range = std::max(ndim, 1);
  check<ValueError>(axis >= -range && axis < range, op, ": '", name, "' must be in [", -range, ", ", range,
                    "), got ", axis);
  return static_cast<int>(axis < 0 ? axis + range : axis);
}

}  // namespace nucella
