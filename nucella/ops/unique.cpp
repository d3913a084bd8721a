#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef unique_op{
    .doc =
        "The different elements of `x`, in order or as they first occur, where each element of `x` stands "
        "among them (int64, of its shape), and how often each occurs (int64). Every NaN is one of its own.",
    .primitive = "Unique",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const Tensor flat = ops::reshape(x, {x.size()});
          auto [ordered, order] = ops::sort(flat, 0, false, int64);
          auto [values, groups, counts] = ops::unique_consecutive(ordered);
          const Tensor places = ops::expand_dims(order, -1);
          Tensor inverse = ops::scatter_nd(places, groups, flat.shape());
          if (!call.attrs[0].as<bool>() && values.size() > 0) {
            // The sort is stable, so the first of every group is where its value first occurs.
            const Tensor ends = ops::cumsum(counts, 0),
                         firsts = ops::gather(order, ops::sub(ends, counts), 0);
            const Tensor by_time = ops::argsort(firsts, 0, false, int64);
            const Tensor rank = ops::scatter_nd(
                ops::expand_dims(by_time, -1), arange(0, static_cast<double>(values.size())), values.shape());
            values = ops::gather(values, by_time, 0);
            counts = ops::gather(counts, by_time, 0);
            inverse = ops::gather(rank, inverse, 0);
          }
          call.out[0] = values;
          call.out[1] = ops::reshape(inverse, x.shape());
          call.out[2] = counts;
        },
    .samples =
        "i32[9]{0..3} | i32[9]{0..3}; False | f32[2,3] | bool[5]; False | i64[0] | f32[] | f16[4]; False",
};

}  // namespace nucella
