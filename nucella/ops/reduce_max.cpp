#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_max_op{
    .doc =
        "Largest element over the axes in `axis` (all of them when it is empty); NaN if one is. Equal "
        "elements share the gradient.",
    .primitive = "ReduceMax",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::infer_reduce(call, out);
          check<ValueError>(call.in[0].size() > 0 || out[0].shape.numel() == 0,
                            "reduce_max: no elements to choose from along 'axis' in the shape ",
                            call.in[0].shape());
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          const Shape axis(call.attrs[0].as<Ints>());
          const Tensor chosen =
              ops::cast(ops::equal(x, ops::unreduce(call.out[0], x.shape(), axis)), g[0].dtype());
          const Tensor share = ops::div(g[0], ops::reduce_sum(chosen, axis, call.attrs[1].as<bool>()));
          return Tensors{ops::mul(chosen, ops::unreduce(share, x.shape(), axis))};
        },
    .samples =
        "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, "
        "3), False | f32[4,5,6]; (0, 2), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; "
        "(), False | f32[2,3,4]; (0, -1), "
        "False | f32[2,3,4]; (1,), True | f32[]; (), False | f16[70]; (), False | f64[3,5]; (-1,), "
        "False | i32[2,3]; (1,), False | f32[0,3]; (1,), False | !ValueError f32[0,3]; (0,), False | "
        "!ValueError f32[2,3]; (2,), False | !RuntimeError f32[2,3]; (1, 1), False",
};

}  // namespace nucella
