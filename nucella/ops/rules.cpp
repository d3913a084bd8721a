#include "nucella/ops/rules.h"

namespace nucella::rules {

void infer_binary(const Call& call, std::span<Meta> out) {
  const Tensor &x = call.in[0], &y = call.in[1];
  out[0] = {x.dtype(), x.shape() == y.shape()
                           ? x.shape()
                           : broadcast_shapes(x.shape(), y.shape(), entry_of(call.op).name)};
}

void infer_same(const Call& call, std::span<Meta> out) { out[0] = {call.in[0].dtype(), call.in[0].shape()}; }

Tensor unbroadcast(const Tensor& grad, const Tensor& input) {
  return grad.shape() == input.shape() ? grad : ops::sum_to(grad, input.shape());
}

Shape gathered_shape(const Shape& shape, const Tensor& indices, std::string_view op) {
  check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64, op,
                   ": 'indices' must be of dtype Int32 or Int64, got ", indices.dtype());
  const Shape& places = indices.shape();
  check<ValueError>(places.ndim() > 0 && places.back() <= shape.ndim(), op,
                    ": the last extent of 'indices' must be at most ", shape.ndim(),
                    ", the number of dimensions of 'x', got 'indices' of shape ", places);
  Shape out(places.begin(), places.end() - 1);
  for (int i = static_cast<int>(places.back()); i < shape.ndim(); ++i) out.push_back(shape[i]);
  return out;
}

}  // namespace nucella::rules
