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
  const auto n = static_cast<int64_t>(std::max(0.0, std::ceil((stop - start) / step)));
  Tensor out = Tensor::empty({n}, dtype);
  dispatch(dtype, [&]<class T>() {
    T* p = out.mutable_data<T>();
    for (int64_t i = 0; i < n; ++i) p[i] = static_cast<T>(start + static_cast<double>(i) * step);
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
