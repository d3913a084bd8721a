#include <algorithm>

#include "nucella/ops/pools.h"

namespace nucella {
namespace {

// For one axis (out, taps): what lies in each window, the last of it repeated up to the longest window.
Tensor candidates(int64_t in, int64_t out) {
  int64_t taps = 1;
  for (int64_t o = 0; o < out; ++o)
    taps = std::max(taps, rules::adaptive_end(o, in, out) - rules::adaptive_begin(o, in, out));
  std::vector<int64_t> at;
  for (int64_t o = 0; o < out; ++o)
    for (int64_t t = 0; t < taps; ++t)
      at.push_back(std::min(rules::adaptive_begin(o, in, out) + t, rules::adaptive_end(o, in, out) - 1));
  return tensor_of(at, {out, taps});
}

}  // namespace

extern constinit const OpDef adaptive_max_pool_indices_op{
    .doc =
        "Where the elements that adaptive_max_pool gives lie, counted row by row through the last axes of "
        "`x`: the first of the largest.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const Shape out = rules::adaptive_output(call);
          const int axes = out.ndim(), lead = x.ndim() - axes;
          // (out, taps) of the axes so far, joined with those of the next.
          Tensor table = zeros({1, 1}, int64);
          for (int i = 0; i < axes; ++i) {
            const int64_t in = x.shape()[lead + i];
            const Tensor next = candidates(in, out[i]);
            const Shape &a = table.shape(), &b = next.shape();
            const Tensor rows =
                ops::mul(ops::reshape(table, {a[0], 1, a[1], 1}), scalar(static_cast<double>(in), int64));
            table = ops::reshape(ops::add(rows, ops::reshape(next, {1, b[0], 1, b[1]})),
                                 {a[0] * b[0], a[1] * b[1]});
          }
          Shape to(x.shape().begin(), x.shape().begin() + lead), shape = to;
          for (int64_t extent : table.shape()) to.push_back(extent);
          for (int64_t extent : out) shape.push_back(extent);
          call.out[0] = ops::reshape(rules::index_of_largest(x, ops::broadcast_to(table, to), axes), shape);
        },
    .samples =
        "f32[2,3,6]; (3,) | f32[2,3,5]; (3,) | f32[2,3,4,6]; (2, 3) | f32[1,2,5,7]; (2, 3) | f32[3,4,6]; (1, "
        "1) | f32[1,2,4,3,5]; (2, 2, -1) | f32[0,3,4,6]; (2, 2) | !ValueError f32[4,6]; (2, 2) | !ValueError "
        "f32[1,4,6]; (0, 2) | !TypeError i32[1,4,6]; (2, 2)",
};

}  // namespace nucella
