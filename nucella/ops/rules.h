// Rules that many ops share: shape rules of element-wise ops and reductions, and pieces of gradients.
#pragma once
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::rules {

/// One output: broadcast shape, dtype of the first input (call it after promotion).
void infer_binary(const Call& call, std::span<Meta> out);
/// As infer_binary, but TypeError for bool.
void infer_binary_numeric(const Call& call, std::span<Meta> out);
/// As infer_binary, but float32 when that is of bool or integers.
void infer_binary_float(const Call& call, std::span<Meta> out);
/// As infer_binary, but TypeError for floats.
void infer_bitwise(const Call& call, std::span<Meta> out);
/// As infer_binary with a bool output.
void infer_compare(const Call& call, std::span<Meta> out);
/// One output like the first input.
void infer_same(const Call& call, std::span<Meta> out);
/// As infer_same, but TypeError for bool.
void infer_same_numeric(const Call& call, std::span<Meta> out);
/// One output like the first input, but float32 when that is of bool or integers.
void infer_float(const Call& call, std::span<Meta> out);
/// One bool output of the first input's shape.
void infer_predicate(const Call& call, std::span<Meta> out);

/// `grad`, summed over the axes along which `input` had been broadcast.
Tensor unbroadcast(const Tensor& grad, const Tensor& input);
/// Gradient of a division with broadcasting.
Tensors quotient_vjp(const Call& call, std::span<const Tensor> grads);
/// Gradient of ops that give the elements of their one tensor another shape.
Tensors reshape_vjp(const Call& call, std::span<const Tensor> grads);
/// Shape of the pieces of `shape` that `indices` of shape (..., k) address by its leading k axes: (...) +
/// shape[k:]. TypeError unless the indices are int32 or int64, ValueError when k does not fit; `op` goes into
/// the text.
Shape gathered_shape(const Shape& shape, const Tensor& indices, std::string_view op);
/// A 0-d constant of the dtype of `t`.
inline Tensor constant(double value, const Tensor& t) { return scalar(value, t.dtype()); }

/// Bit i is set when axis i is in `axes` (all of them when `axes` is empty). ValueError for an axis that
/// `ndim` axes do not have, RuntimeError for one that comes twice.
uint32_t axis_mask(const Ints& axes, int ndim, std::string_view op);
/// `shape` without the axes of `mask`, or with extents of 1 there.
Shape reduced_shape(const Shape& shape, uint32_t mask, bool keep_dims);
/// Shape rule of a reduction with the attributes (axis, keep_dims): dtype of the input.
void infer_reduce(const Call& call, std::span<Meta> out);
/// Shape rule of argmax and argmin with the attributes (axis, dtype).
void infer_arg_reduce(const Call& call, std::span<Meta> out);
/// Meta of the positions that an order along an axis gives: the attributes number `dtype_attr` (int32 or
/// int64) and `axis_attr`.
void infer_order(const Call& call, size_t dtype_attr, Meta& positions, size_t axis_attr = 0);
/// Checks ops that run along the axis that is their first attribute: TypeError for bool, ValueError for a
/// scalar.
void check_running(const Call& call);
/// Checks an index whose entries address `x` along the axis that is the first attribute, as in
/// gather_elements.
void check_positions(const Call& call, const Tensor& x, const Tensor& index);
/// Shape rule of ops that normalise floats along the one axis that is their first attribute.
void infer_softmax(const Call& call, std::span<Meta> out);
/// Shape rule of in-place arithmetic: ValueError unless the value has the shape of the variable, TypeError
/// when the variable would have to change its dtype.
void infer_update(const Call& call, std::span<Meta> out);
/// Shape rule of the ops that fill a floating-point status: float32 of shape (8,).
void infer_float_status(const Call& call, std::span<Meta> out);
/// TypeError names the op and the input unless `t` is of a floating dtype.
void check_floating(const Call& call, const Tensor& t, std::string_view name);

/// `body()`, for composed ops: an IndexError that it throws names the op of the call, too.
template <class F>
auto naming_op(const Call& call, F body) {
  try {
    return body();
  } catch (const IndexError& e) {
    raise<IndexError>(entry_of(call.op).name, ": ", e.what());
  }
}

/// The mean or the sum of the losses, or the losses themselves, as the attribute `reduction` says: "mean",
/// "sum" or "none". ValueError for another one.
Tensor reduce_losses(const Call& call, const Tensor& losses, const Attr& reduction);

/// The gradients of the outputs with zeros where none arrived.
Tensors defined_grads(const Call& call, std::span<const Tensor> grads);
/// True when an interceptor follows one of `tensors`: what a vjp makes of them will be differentiated again.
bool is_any_followed(std::initializer_list<Tensor> tensors);
/// Calls the BackwardCallback in `attr`. RuntimeError names `op` unless it returns `count` gradients.
Tensors run_callback(const Attr& attr, const Tensors& ins, const Tensors& outs, const Tensors& grads,
                     size_t count, std::string_view op);

}  // namespace nucella::rules
