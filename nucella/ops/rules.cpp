#include "nucella/ops/rules.h"

namespace nucella::rules {

void infer_binary(const Call& call, std::span<Meta> out) {
  const Tensor &x = call.in[0], &y = call.in[1];
  out[0] = {x.dtype(), x.shape() == y.shape() ? x.shape()
                                              : broadcast_shapes(x.shape(), y.shape(), entry_of(call.op).name)};
}

void infer_same(const Call& call, std::span<Meta> out) { out[0] = {call.in[0].dtype(), call.in[0].shape()}; }

Tensor unbroadcast(const Tensor& grad, const Tensor& input) {
  return grad.shape() == input.shape() ? grad : ops::sum_to(grad, input.shape());
}

}  // namespace nucella::rules
