// Layouts of images: logical (N, C, ...) tensors whose channels lie innermost in memory ("channels last").
#pragma once
#include "nucella/tensor/tensor.h"

namespace nucella::cpu {

/// Strides of a dense tensor of this shape (N, C, ...) with its channels innermost.
inline Shape channels_last_strides(const Shape& shape) {
  Shape strides = Shape::filled(shape.ndim(), 1);
  int64_t span = shape[1];
  for (int i = shape.ndim() - 1; i > 1; --i) {
    strides[i] = span;
    span *= shape[i];
  }
  strides[0] = span;
  return strides;
}

/// True when the elements lie as channels_last_strides() says; extents of 1 may have any stride.
inline bool is_channels_last(const Tensor& t) {
  const Shape strides = channels_last_strides(t.shape());
  for (int i = 0; i < t.ndim(); ++i)
    if (t.shape()[i] != 1 && t.strides()[i] != strides[i]) return false;
  return true;
}

inline Tensor empty_channels_last(const Shape& shape, DType dtype) {
  return Tensor::empty_strided(shape, channels_last_strides(shape), dtype);
}

/// `t` with its channels innermost, copied if they are not.
inline Tensor to_channels_last(const Tensor& t) {
  if (is_channels_last(t)) return t;
  Tensor copy = empty_channels_last(t.shape(), t.dtype());
  copy.copy_from(t);
  return copy;
}

/// Not initialised, of the given shape, in the layout of `like`: channels last or row-major.
inline Tensor empty_in_layout_of(const Tensor& like, const Shape& shape) {
  return !like.is_contiguous() && is_channels_last(like) ? empty_channels_last(shape, like.dtype())
                                                         : Tensor::empty(shape, like.dtype());
}

}  // namespace nucella::cpu
