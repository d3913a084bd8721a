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

/// ValueError unless `sizes` holds one number or one for each of `axes` axes, none less than `least`.
void check_sizes(const Call& call, std::string_view name, const Ints& sizes, int axes, int64_t least);
/// ValueError for an unknown pad_mode, for padding that is not one number, one for each axis or two for each,
/// all >= 0, or that is not zero outside of pad_mode "pad".
void check_padding(const Call& call, const std::string& pad_mode, const Ints& padding, int axes);

/// (N, O, ...) of a convolution over `axes` spatial axes whose attributes begin (stride, pad_mode, padding,
/// dilation, group). Throws as MindSpore's Conv2D: ValueError for attributes and ranks, RuntimeError for
/// unequal channels.
Shape conv_shape(const Call& call, const Shape& input, const Shape& weight, int axes);
/// (N, C, ...) of a pool over `axes` spatial axes whose attributes begin (kernel_size, stride, pad_mode,
/// padding, ceil_mode).
Shape pool_shape(const Call& call, const Shape& input, int axes);
/// As pool_shape() with one more attribute, dilation; ValueError as well when a place of the window has all
/// of its taps in the padding.
Shape dilated_pool_shape(const Call& call, const Shape& input, int axes);
/// Shape rule of such a pool over height and width of floats.
void infer_pool2d(const Call& call, std::span<Meta> out);

}  // namespace nucella::rules
