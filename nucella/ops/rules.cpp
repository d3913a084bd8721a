#include "nucella/ops/rules.h"

#include <algorithm>

#include "nucella/ops/callbacks.h"

namespace nucella::rules {
namespace {

Shape common_shape(const Call& call) {
  const Shape &x = call.in[0].shape(), &y = call.in[1].shape();
  return x == y ? x : broadcast_shapes(x, y, entry_of(call.op).name);
}

void refuse_bool(const Call& call) {
  if (call.in[0].dtype() == bool_) [[unlikely]]
    raise<TypeError>(entry_of(call.op).name, ": expected a tensor of numbers, got Bool");
}

}  // namespace

void infer_binary(const Call& call, std::span<Meta> out) {
  out[0] = {call.in[0].dtype(), common_shape(call)};
}

void infer_binary_numeric(const Call& call, std::span<Meta> out) {
  refuse_bool(call);
  infer_binary(call, out);
}

void infer_binary_float(const Call& call, std::span<Meta> out) {
  infer_binary(call, out);
  if (!is_floating(out[0].dtype)) out[0].dtype = float32;
}

void infer_bitwise(const Call& call, std::span<Meta> out) {
  const DType dtype = call.in[0].dtype();
  check<TypeError>(!is_floating(dtype), entry_of(call.op).name,
                   ": expected tensors of integers or Bool, got dtype ", dtype);
  infer_binary(call, out);
}

void infer_compare(const Call& call, std::span<Meta> out) { out[0] = {bool_, common_shape(call)}; }

void infer_same(const Call& call, std::span<Meta> out) { out[0] = {call.in[0].dtype(), call.in[0].shape()}; }

void infer_same_numeric(const Call& call, std::span<Meta> out) {
  refuse_bool(call);
  infer_same(call, out);
}

void infer_float(const Call& call, std::span<Meta> out) {
  const DType dtype = call.in[0].dtype();
  out[0] = {is_floating(dtype) ? dtype : float32, call.in[0].shape()};
}

void infer_predicate(const Call& call, std::span<Meta> out) { out[0] = {bool_, call.in[0].shape()}; }

Tensor unbroadcast(const Tensor& grad, const Tensor& input) {
  return grad.shape() == input.shape() ? grad : ops::sum_to(grad, input.shape());
}

Tensors quotient_vjp(const Call& call, std::span<const Tensor> grads) {
  const Tensor &x = call.in[0], &y = call.in[1];
  const Tensor dx = ops::div(grads[0], y);
  return {unbroadcast(dx, x), call.wants(1) ? unbroadcast(ops::neg(ops::mul(dx, call.out[0])), y) : Tensor()};
}

Tensors reshape_vjp(const Call& call, std::span<const Tensor> grads) {
  return {ops::reshape(grads[0], call.in[0].shape())};
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

uint32_t axis_mask(const Ints& axes, int ndim, std::string_view op) {
  if (axes.empty()) return (1u << ndim) - 1;
  uint32_t mask = 0;
  for (int64_t axis : axes) {
    const int at = normalize_axis(axis, ndim, op);
    check<RuntimeError>(!(mask >> at & 1u), op, ": axis ", at, " comes more than once in 'axis' ",
                        Shape(axes));
    mask |= 1u << at;
  }
  return ndim == 0 ? 0 : mask;
}

Shape reduced_shape(const Shape& shape, uint32_t mask, bool keep_dims) {
  Shape out;
  for (int i = 0; i < shape.ndim(); ++i) {
    const bool reduced = mask >> i & 1u;
    if (!reduced || keep_dims) out.push_back(reduced ? 1 : shape[i]);
  }
  return out;
}

void infer_reduce(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  const uint32_t mask = axis_mask(call.attrs[0].as<Ints>(), x.ndim(), entry_of(call.op).name);
  out[0] = {x.dtype(), reduced_shape(x.shape(), mask, call.attrs[1].as<bool>())};
}

void infer_arg_reduce(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  const char* op = entry_of(call.op).name;
  refuse_bool(call);
  const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), op);
  const DType dtype = call.attrs[1].as<DType>();
  check<TypeError>(dtype == int32 || dtype == int64, op, ": 'dtype' must be Int32 or Int64, got ", dtype);
  out[0] = {dtype, x.ndim() == 0 ? Shape{} : reduced_shape(x.shape(), 1u << axis, false)};
  check<ValueError>(x.size() > 0 || out[0].shape.numel() == 0, op, ": no elements to choose from along axis ",
                    axis, " of the shape ", x.shape());
}

void infer_softmax(const Call& call, std::span<Meta> out) {
  const Tensor& x = call.in[0];
  const char* op = entry_of(call.op).name;
  check_floating(call, x, "x");
  check<ValueError>(x.ndim() > 0, op, ": expected a tensor of at least one dimension, got a scalar");
  normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), op);
  infer_same(call, out);
}

void infer_order(const Call& call, size_t dtype_attr, Meta& positions, size_t axis_attr) {
  const Tensor& x = call.in[0];
  const char* op = entry_of(call.op).name;
  const DType dtype = call.attrs[dtype_attr].as<DType>();
  check<ValueError>(x.ndim() > 0, op, ": expected a tensor of at least one dimension, got a scalar");
  normalize_axis(call.attrs[axis_attr].as<int64_t>(), x.ndim(), op);
  check<TypeError>(dtype == int32 || dtype == int64, op, ": 'dtype' must be Int32 or Int64, got ", dtype);
  positions = {dtype, x.shape()};
}

void check_running(const Call& call) {
  const char* op = entry_of(call.op).name;
  check<TypeError>(call.in[0].dtype() != bool_, op, ": expected a tensor of numbers, got Bool");
  check<ValueError>(call.in[0].ndim() > 0, op, ": expected a tensor of at least one dimension, got a scalar");
  normalize_axis(call.attrs[0].as<int64_t>(), call.in[0].ndim(), op);
}

void check_positions(const Call& call, const Tensor& x, const Tensor& index) {
  const char* op = entry_of(call.op).name;
  check<ValueError>(x.ndim() > 0 && index.ndim() == x.ndim(), op,
                    ": 'index' must have as many dimensions as 'x', at least one, got shapes ", index.shape(),
                    " and ", x.shape());
  const int dim = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), op, "dim");
  check<TypeError>(index.dtype() == int32 || index.dtype() == int64, op,
                   ": 'index' must be Int32 or Int64, got ", index.dtype());
  for (int i = 0; i < x.ndim(); ++i)
    check<ValueError>(i == dim || index.shape()[i] <= x.shape()[i], op, ": 'index' of shape ", index.shape(),
                      " is longer than 'x' of shape ", x.shape(), " along axis ", i);
}

void infer_update(const Call& call, std::span<Meta> out) {
  const Tensor &variable = call.in[0], &value = call.in[1];
  const char* op = entry_of(call.op).name;
  check<ValueError>(variable.shape() == value.shape(), op, ": 'value' must have the shape ", variable.shape(),
                    " of 'variable', got ", value.shape());
  check<TypeError>(promote(variable.dtype(), value.dtype(), op) == variable.dtype(), op,
                   ": 'value' of dtype ", value.dtype(), " does not fit into 'variable' of dtype ",
                   variable.dtype());
  out[0] = {variable.dtype(), variable.shape()};
}

void infer_float_status(const Call& call, std::span<Meta> out) {
  const Tensor& status = call.in[0];
  const char* op = entry_of(call.op).name;
  check<TypeError>(status.dtype() == float32, op, ": 'status' must be of Float32, got ", status.dtype());
  check<ValueError>(status.shape() == Shape{8}, op, ": 'status' must have the shape (8,), got ",
                    status.shape());
  out[0] = {float32, status.shape()};
}

void check_floating(const Call& call, const Tensor& t, std::string_view name) {
  check<TypeError>(is_floating(t.dtype()), entry_of(call.op).name, ": '", name,
                   "' must be of a floating dtype, got ", t.dtype());
}

Tensor reduce_losses(const Call& call, const Tensor& losses, const Attr& reduction) {
  const std::string& kind = reduction.as<std::string>();
  if (kind == "none") return losses;
  if (kind == "sum") return ops::reduce_sum(losses);
  check<ValueError>(kind == "mean", entry_of(call.op).name,
                    ": 'reduction' must be 'mean', 'sum' or 'none', got '", kind, "'");
  return ops::reduce_mean(losses);
}

Tensors defined_grads(const Call& call, std::span<const Tensor> grads) {
  Tensors out(grads.begin(), grads.end());
  for (size_t i = 0; i < out.size(); ++i)
    if (!out[i].defined()) out[i] = zeros(call.out[i].shape(), call.out[i].dtype());
  return out;
}

bool is_any_followed(std::initializer_list<Tensor> tensors) {
  return std::ranges::any_of(tensors, [](const Tensor& t) { return t.defined() && is_followed(t); });
}

Tensors run_callback(const Attr& attr, const Tensors& ins, const Tensors& outs, const Tensors& grads,
                     size_t count, std::string_view op) {
  const auto callback = std::dynamic_pointer_cast<BackwardCallback>(attr.as<std::shared_ptr<Callback>>());
  check<TypeError>(callback != nullptr, op, ": the callback must be a BackwardCallback");
  Tensors result = callback->backward(ins, outs, grads);
  check<RuntimeError>(result.size() == count, op, ": the backward function must return ", count,
                      " gradients, got ", result.size());
  return result;
}

}  // namespace nucella::rules
