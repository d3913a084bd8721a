// Making tensors from values: zeros, ones, full, arange, linspace, eye, and from C++ data.
#pragma once
#include <initializer_list>

#include "nucella/tensor/tensor.h"

namespace nucella {

/// A tensor of `shape` whose elements are all `value`, converted to `dtype`.
Tensor full(const Shape& shape, double value, DType dtype = float32);
Tensor zeros(const Shape& shape, DType dtype = float32);
Tensor ones(const Shape& shape, DType dtype = float32);
/// start, start + step, ... up to but without stop. ValueError for a step of 0, one that leads away from
/// stop, or a number of elements that is not finite.
Tensor arange(double start, double stop, double step = 1, DType dtype = int64);

/// `count` numbers from start to stop, both included, evenly spaced. ValueError unless count >= 1.
Tensor linspace(double start, double stop, int64_t count, DType dtype = float32);
/// A rows x columns matrix with ones on its diagonal. ValueError for a negative extent.
Tensor eye(int64_t rows, int64_t columns, DType dtype = float32);

/// A copy of `values` (row-major) with `shape`; ValueError when the counts differ.
template <class T>
Tensor tensor_of(std::span<const T> values, const Shape& shape) {
  Tensor out = Tensor::empty(shape, dtype_of<T>);
  check<ValueError>(out.size() == static_cast<int64_t>(values.size()), "Tensor: shape ", shape, " needs ",
                    out.size(), " values, got ", values.size());
  std::copy(values.begin(), values.end(), out.mutable_data<T>());
  return out;
}
template <class T>
Tensor tensor_of(const std::vector<T>& values, const Shape& shape) {
  return tensor_of(std::span<const T>(values), shape);
}
/// 1-D float32, as MindSpore's Tensor([1.0, 2.5]).
Tensor tensor(std::initializer_list<float> values, DType dtype = float32);
/// `values` in row-major order with the given shape.
Tensor tensor(std::initializer_list<float> values, const Shape& shape, DType dtype = float32);
/// A 0-d tensor.
Tensor scalar(double value, DType dtype = float32);

}  // namespace nucella
