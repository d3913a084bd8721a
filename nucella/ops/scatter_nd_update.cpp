#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// `mask` over the leading axes of `shape`, with axes of extent 1 for the rest.
Tensor trailing(const Tensor& mask, const Shape& shape) {
  Shape out = mask.shape();
  while (out.ndim() < shape.ndim()) out.push_back(1);
  return ops::reshape(mask, out);
}

}  // namespace

extern constinit const OpDef scatter_nd_update_op{
    .doc =
        "Writes `updates` into `x` in place at `indices` (laid out as in gather_nd); of several values for "
        "one "
        "place the last stays. Returns `x`.",
    .primitive = "ScatterNdUpdate",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &indices = call.in[1], &updates = call.in[2];
          const Shape expected = rules::gathered_shape(x.shape(), indices, "scatter_nd_update");
          check<ValueError>(updates.shape() == expected, "scatter_nd_update: 'updates' must have the shape ",
                            expected, ", got ", updates.shape());
          check<TypeError>(updates.dtype() == x.dtype(), "scatter_nd_update: 'updates' must have the dtype ",
                           x.dtype(), " of 'x', got ", updates.dtype());
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& indices = call.in[1];
          // Which update each place of x holds in the end; -1 where none was written.
          const Shape &shape = g[0].shape(), &rows = indices.shape();
          const Shape lead(shape.begin(), shape.begin() + rows.back()), updates(rows.begin(), rows.end() - 1);
          const Tensor numbers = ops::reshape(arange(0, static_cast<double>(updates.numel())), updates);
          const Tensor holders = full(lead, -1, int64), zero = rules::constant(0, g[0]);
          ops::scatter_nd_update(holders, indices, numbers);
          const Tensor untouched = ops::less(holders, scalar(0, int64));
          const Tensor stayed = ops::equal(ops::gather_nd(holders, indices), numbers);
          return Tensors{
              ops::select(trailing(untouched, shape), g[0], zero),
              {},
              ops::select(trailing(stayed, call.in[2].shape()), ops::gather_nd(g[0], indices), zero)};
        },
    .saves = saves_in({1}),
    .effect = Effect::kMemory,
    .updates = {1, 3},
    .samples =
        "f32[4,2], i64[2,1]{0..3}, f32[2,2] | f32[4,2], i64[3,2]{-2..1}, f32[3] | "
        "f32[3], i64[0,1]{0..2}, f32[0] | !IndexError f32[3], i64[1,1]{3..3}, f32[1] | "
        "!ValueError f32[3], i64[2,1]{0..2}, f32[3] | !TypeError f32[3], i64[2,1]{0..2}, i64[2]",
};

}  // namespace nucella
