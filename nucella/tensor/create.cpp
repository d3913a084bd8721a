#include "nucella/tensor/create.h"

#include <cmath>

#include "nucella/base/parallel.h"

namespace nucella {

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor out = Tensor::empty(shape, dtype);
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    const T v = static_cast<T>(value);
    constexpr int64_t kGrain = 1 << 16;
    parallel_for(0, out.size(), kGrain, [&](int64_t a, int64_t b) { std::fill(p + a, p + b, v); });
  });
  return out;
}

Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor arange(double start, double stop, double step, DType dtype) {
  check<ValueError>(step != 0, "arange: 'step' must not be 0");
  const double steps = std::ceil((stop - start) / step);
  constexpr double kTooMany = 0x1p62;
  check<ValueError>(steps >= 0 && steps < kTooMany, "arange: 'step' ", step, " does not lead from ", start,
                    " to ", stop);
  const auto n = static_cast<int64_t>(steps);
  Tensor out = Tensor::empty({n}, dtype);
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    for (int64_t i = 0; i < n; ++i) p[i] = static_cast<T>(start + static_cast<double>(i) * step);
  });
  return out;
}

Tensor linspace(double start, double stop, int64_t count, DType dtype) {
  check<ValueError>(count >= 1, "linspace: 'count' must be at least 1, got ", count);
  Tensor out = Tensor::empty({count}, dtype);
  const double step = count > 1 ? (stop - start) / static_cast<double>(count - 1) : 0;
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    for (int64_t i = 0; i < count; ++i) p[i] = static_cast<T>(start + static_cast<double>(i) * step);
    if (count > 1) p[count - 1] = static_cast<T>(stop);
  });
  return out;
}

Tensor eye(int64_t rows, int64_t columns, DType dtype) {
  check<ValueError>(rows >= 0 && columns >= 0, "eye: 'rows' and 'columns' must not be negative, got ", rows,
                    " and ", columns);
  Tensor out = zeros({rows, columns}, dtype);
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    for (int64_t i = 0; i < std::min(rows, columns); ++i) p[i * columns + i] = static_cast<T>(1);
  });
  return out;
}

Tensor tensor(std::initializer_list<float> values, DType dtype) {
  return tensor(values, Shape{static_cast<int64_t>(values.size())}, dtype);
}

Tensor tensor(std::initializer_list<float> values, const Shape& shape, DType dtype) {
  Tensor out = Tensor::empty(shape, dtype);
  check<ValueError>(out.size() == static_cast<int64_t>(values.size()), "Tensor: shape ", shape, " needs ",
                    out.size(), " values, got ", values.size());
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    for (float v : values) *p++ = static_cast<T>(v);
  });
  return out;
}

Tensor scalar(double value, DType dtype) { return full({}, value, dtype); }

}  // namespace nucella
