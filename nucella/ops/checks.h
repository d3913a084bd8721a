// Argument checks that the ops of one family (convolutions, pools, matrix products) share.
#pragma once
#include "nucella/op/window.h"
#include "nucella/ops/rules.h"

namespace nucella::rules {

/// TypeError unless `t` has the dtype of `like`. All of these name the op of the call and the argument.
void check_same_dtype(const Call& call, std::string_view name, const Tensor& t, std::string_view like_name,
                      const Tensor& like);
/// TypeError for bool.
void check_numeric(const Call& call, std::string_view name, const Tensor& t);
/// ValueError unless `shape` has `ndim` extents.
void check_ndim(const Call& call, std::string_view name, const Shape& shape, int ndim);
/// ValueError unless `got` is `expected`.
void check_shape(const Call& call, std::string_view name, const Shape& got, const Shape& expected);

/// (N, O, H', W') of a convolution whose attributes begin (stride, pad_mode, padding, dilation, group).
/// Throws as MindSpore's Conv2D: ValueError for attributes and ranks, RuntimeError for unequal channels.
Shape conv2d_shape(const Call& call, const Shape& input, const Shape& weight);
/// (N, C, H', W') of a pool whose attributes begin (kernel_size, stride, pad_mode, padding, ceil_mode).
Shape pool2d_shape(const Call& call, const Shape& input);
/// As pool2d_shape() with one more attribute, dilation; ValueError as well when a place of the window has all
/// of its taps in the padding.
Shape dilated_pool2d_shape(const Call& call, const Shape& input);
/// Shape rule of such a pool over floats.
void infer_pool2d(const Call& call, std::span<Meta> out);

}  // namespace nucella::rules
