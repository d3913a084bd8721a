#include "nucella/ops/extreme_rules.h"

namespace nucella::rules {

void infer_extreme(const Call& call, std::span<Meta> out) {
  infer_reduce(call, out);
  check<ValueError>(call.in[0].size() > 0 || out[0].shape.numel() == 0, entry_of(call.op).name,
                    ": no elements to choose from along 'axis' in the shape ", call.in[0].shape());
}

Tensors extreme_vjp(const Call& call, std::span<const Tensor> grads) {
  const Tensor &x = call.in[0], &g = grads[0];
  const Shape axis(call.attrs[0].as<Ints>());
  const Tensor chosen = ops::cast(ops::equal(x, ops::unreduce(call.out[0], x.shape(), axis)), g.dtype());
  const Tensor share = ops::div(g, ops::reduce_sum(chosen, axis, call.attrs[1].as<bool>()));
  return {ops::mul(chosen, ops::unreduce(share, x.shape(), axis))};
}

Tensors choice_vjp(const Call& call, const Tensor& grad, const Tensor& first_wins) {
  const Tensor &x = call.in[0], &y = call.in[1];
  const Tensor half_ties = ops::mul(ops::cast(ops::equal(x, y), grad.dtype()), constant(0.5, grad));
  const Tensor dx = ops::mul(grad, ops::add(ops::cast(first_wins, grad.dtype()), half_ties));
  return {unbroadcast(dx, x), unbroadcast(ops::sub(grad, dx), y)};
}

void infer_running_extreme(const Call& call, std::span<Meta> out) {
  check_running(call);
  out[0] = {call.in[0].dtype(), call.in[0].shape()};
  out[1] = {int64, call.in[0].shape()};
}

Tensors running_extreme_vjp(const Call& call, std::span<const Tensor> grads) {
  if (!grads[0].defined()) return Tensors{{}};
  const Tensor none = zeros(call.in[0].shape(), grads[0].dtype());
  return {ops::scatter_elements(none, call.attrs[0].as<int64_t>(), call.out[1], grads[0], "add")};
}

}  // namespace nucella::rules
