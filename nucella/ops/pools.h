// What the pools that are spelled in other ops share.
#pragma once
#include "nucella/ops/checks.h"

namespace nucella::rules {

/// `count` numbers of `sizes` from axis `first` on, which holds one for each axis or one for all.
Ints sizes_of(const Ints& sizes, size_t first, size_t count);
/// Padding (before, after) of each of `count` axes from `first` on, of `axes` in all.
Ints padding_of(const Ints& padding, size_t first, size_t count, size_t axes);

/// `pool`, which takes images (N, C, 1, L), on the lines (N, C, L) of `x`.
template <class Pool>
Tensor pool_lines(const Tensor& x, Pool pool) {
  return ops::squeeze(pool(ops::expand_dims(x, 2)), {2});
}

/// A pool over volumes (N, C, D, H, W) in two steps: `planes` over height and width of (N, C D, H, W), then
/// `depth` over the first of the last two axes of (N, C, D, H W).
template <class Planes, class Depth>
Tensor pool_volumes(const Tensor& x, Planes planes, Depth depth) {
  const Shape& s = x.shape();
  const Tensor y = planes(ops::reshape(x, {s[0], s[1] * s[2], s[3], s[4]}));
  const int64_t height = y.shape()[2], width = y.shape()[3];
  const Tensor z = depth(ops::reshape(y, {s[0], s[1], s[2], height * width}));
  return ops::reshape(z, {s[0], s[1], z.shape()[2], height, width});
}

/// lp_pool1d (one axis) and lp_pool2d (two): attributes (norm_type, kernel_size, stride, ceil_mode), an input
/// with or without a batch.
Tensor lp_pool(const Call& call, int axes);

/// The elements of `x` at `indices`, which count row by row through its last `axes` axes. The other axes of
/// both are the same.
Tensor take_from_planes(const Tensor& x, const Tensor& indices, int axes);
/// As flat indices into the last `axes` axes of `x`: for each list of candidates along the last axis of
/// `table` (leading axes of `x`, places, candidates) the first one with the largest element.
Tensor index_of_largest(const Tensor& x, const Tensor& table, int axes);

/// `output_size` of an adaptive pool over the last axes of the input, -1 standing for the extent of the
/// input. ValueError unless it holds one to three numbers, positive or -1, and the input has one or two axes
/// more.
Shape adaptive_output(const Call& call);
/// Where the window at place `o` of an adaptive pool begins; it ends before adaptive_end().
inline int64_t adaptive_begin(int64_t o, int64_t in, int64_t out) { return o * in / out; }
inline int64_t adaptive_end(int64_t o, int64_t in, int64_t out) { return ((o + 1) * in + out - 1) / out; }

/// Checks the arguments of fractional_max_pool: inputs (x, samples), attributes (kernel_size, output_size).
void check_fractional(const Call& call);

}  // namespace nucella::rules
