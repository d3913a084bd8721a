#include "nucella/ops/pools.h"

namespace nucella {
namespace {

// Along the last axes, where the extents allow it: (..., out, in / out) and the mean of the latter.
Tensor even_means(const Tensor& x, const Shape& out) {
  Shape split(x.shape().begin(), x.shape().end() - out.ndim()), inner;
  for (int i = 0; i < out.ndim(); ++i) {
    const int64_t in = x.shape()[x.ndim() - out.ndim() + i];
    const bool even = in % out[i] == 0 && in != out[i];
    split.push_back(even ? out[i] : in);
    if (!even) continue;
    split.push_back(in / out[i]);
    inner.push_back(split.ndim() - 1);
  }
  return inner.empty() ? x : ops::reduce_mean(ops::reshape(x, split), inner);
}

// Along one axis by windows of different extents.
Tensor uneven_means(const Tensor& x, int axis, int64_t out) {
  const int64_t in = x.shape()[axis];
  Shape begin = Shape::filled(axis + 1, 0), end(x.shape().begin(), x.shape().begin() + axis + 1);
  Tensors means;
  for (int64_t o = 0; o < out; ++o) {
    begin[axis] = rules::adaptive_begin(o, in, out);
    end[axis] = rules::adaptive_end(o, in, out);
    means.push_back(ops::reduce_mean(ops::strided_slice(x, begin, end), {axis}, true));
  }
  return ops::concat(means, axis);
}

}  // namespace

extern constinit const OpDef adaptive_avg_pool_op{
    .doc =
        "Means over the last axes of `x`, as many as `output_size` has numbers, so that these extents come "
        "out; -1 keeps one. Place o takes the elements from floor(o in / out) to ceil((o + 1) in / out).",
    .compose =
        [](const Call& call) {
          const Shape out = rules::adaptive_output(call);
          Tensor y = even_means(call.in[0], out);
          for (int i = 0; i < out.ndim(); ++i)
            if (const int axis = y.ndim() - out.ndim() + i; y.shape()[axis] != out[i])
              y = uneven_means(y, axis, out[i]);
          call.out[0] = y;
        },
    .samples =
        "f32[2,3,6]; (3,) | f32[2,3,5]; (3,) | f32[2,3,4,6]; (2, 3) | f32[1,2,5,7]; (2, 3) | f32[3,4,6]; (1, "
        "1) | f32[2,3,4,6]; (-1, 4) | f32[1,2,4,3,5]; (2, 2, -1) | f32[2,3,3]; (5,) | f32[0,3,4,6]; (2, 2) | "
        "!ValueError f32[4,6]; (2, 2) | !ValueError f32[1,4,6]; (0, 2) | !ValueError f32[1,0,6]; (2, 2) | "
        "!ValueError f32[1,4,6]; () | !TypeError i32[1,4,6]; (2, 2)",
};

}  // namespace nucella
