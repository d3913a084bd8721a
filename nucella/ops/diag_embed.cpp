#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef diag_embed_op{
    .doc =
        "Matrices with the last axis of `x` on their diagonals, `offset` above the main one, and zeros "
        "elsewhere; `dim1` and `dim2` are the axes of the result that they take.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [offset, dim1, dim2] = unpack<int64_t, int64_t, int64_t>(call.attrs);
          check<ValueError>(x.ndim() >= 1, "diag_embed: expected at least one dimension, got a scalar");
          const int first = normalize_axis(dim1, x.ndim() + 1, "diag_embed", "dim1"),
                    second = normalize_axis(dim2, x.ndim() + 1, "diag_embed", "dim2");
          check<ValueError>(first != second, "diag_embed: 'dim1' and 'dim2' must be two axes, got ", first,
                            " twice");
          const int64_t count = x.shape().back(), shift = std::abs(offset), extent = count + shift;
          // Rows of extent + 1 behind one another, cut off at the end, are the matrix with its diagonal.
          Tensor rows = ops::pad(ops::expand_dims(x, -1), {0, extent});
          Shape flat(x.shape().begin(), x.shape().end() - 1), square = flat;
          flat.push_back(count * (extent + 1));
          rows = ops::reshape(rows, flat);
          const int64_t before = offset >= 0 ? offset : shift * extent;
          rows = ops::pad(rows, {before, extent * extent - before - count * (extent + 1)});
          square.push_back(extent);
          square.push_back(extent);
          Shape order;
          int next = 0;
          for (int i = 0; i <= x.ndim(); ++i)
            order.push_back(i == first ? x.ndim() - 1 : i == second ? x.ndim() : next++);
          call.out[0] = ops::transpose(ops::reshape(rows, square), order);
        },
    .samples =
        "f32[3] | f32[2,3]; 1 | f32[2,3]; -2 | f32[2,3]; 0, 0, 2 | f32[0] | i32[2] | f16[2] | !ValueError "
        "f32[] | !ValueError f32[2]; 0, 1, 1 | !ValueError f32[2]; 0, 0, 2",
};

}  // namespace nucella
