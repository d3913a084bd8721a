#include "nucella/ops/pools.h"

namespace nucella {

extern constinit const OpDef max_unpool_op{
    .doc =
        "Zeros with the elements of `x` at `indices`, which count row by row through the last axes of the "
        "result, of the extents `output_size`: the inverse of a maximum pool, as far as there is one. Of "
        "several elements for one place the last stays. IndexError for an index outside.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &indices = call.in[1];
          const Ints& size = call.attrs[0].as<Ints>();
          const auto axes = static_cast<int>(size.size());
          rules::check_floating(call, x, "x");
          check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64,
                           "max_unpool: 'indices' must be Int32 or Int64, got ", indices.dtype());
          rules::check_shape(call, "indices", indices.shape(), x.shape());
          check<ValueError>(axes >= 1 && axes <= 3 && Shape(size).is_static(),
                            "max_unpool: 'output_size' must hold one to three numbers >= 0, got ",
                            Attr(size));
          check<ValueError>(x.ndim() == axes + 1 || x.ndim() == axes + 2, "max_unpool: 'x' must have ",
                            axes + 1, " or ", axes + 2, " dimensions, got shape ", x.shape());
          Shape out(x.shape().begin(), x.shape().end() - axes);
          const int64_t planes = out.numel(), places = Shape(size).numel();
          const int64_t each = Shape(x.shape().end() - axes, x.shape().end()).numel();
          for (int64_t extent : size) out.push_back(extent);
          const Tensor plane = ops::reshape(arange(0, static_cast<double>(planes)), {planes, 1});
          const Tensor at =
              ops::stack({ops::reshape(ops::broadcast_to(plane, {planes, each}), {planes * each}),
                          ops::reshape(ops::cast(indices, int64), {planes * each})},
                         -1);
          const Tensor filled = rules::naming_op(call, [&] {
            return ops::scatter_nd_update(zeros({planes, places}, x.dtype()), at,
                                          ops::reshape(x, {planes * each}));
          });
          call.out[0] = ops::reshape(filled, out);
        },
    .samples =
        "f32[2,3], i64[2,3]{0..5}; (6,) | f32[1,2,2,2], i32[1,2,2,2]{0..15}; (4, 4) | f32[2,1,2,1], "
        "i64[2,1,2,1]{0..11}; (2, 2, 3) | f32[0,3], i64[0,3]; (6,) | !IndexError f32[1,2], i64[1,2]{7..8}; "
        "(6,) "
        "| !ValueError f32[1,2], i64[1,3]; (6,) | !ValueError f32[2], i64[2]; (6,) | !TypeError f32[1,2], "
        "f32[1,2]; (6,) | !TypeError i32[1,2], i64[1,2]; (6,)",
};

}  // namespace nucella
