#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_mean_op{
    .doc =
        "Mean over the axes in `axis` (all of them when it is empty). Integers give integers, rounded "
        "toward zero.",
    .primitive = "ReduceMean",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::infer_reduce(call, out);
          check<RuntimeError>(out[0].dtype != bool_, "reduce_mean: expected a tensor of numbers, got Bool");
          check<ValueError>(is_floating(out[0].dtype) || call.in[0].size() > 0 || out[0].shape.numel() == 0,
                            "reduce_mean: no integer is the mean of no elements, got the shape ",
                            call.in[0].shape());
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          const double count =
              static_cast<double>(x.size()) / static_cast<double>(std::max<int64_t>(g[0].size(), 1));
          const Tensor share = ops::mul(g[0], rules::constant(1 / std::max(count, 1.0), g[0]));
          return Tensors{ops::unreduce(share, x.shape(), Shape(call.attrs[0].as<Ints>()))};
        },
    .saves = kSavesNone,
    .samples =
        "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, "
        "3), False | f32[4,5,6]; (0, 2), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; "
        "(), False | f32[2,3,4]; (0, -1), "
        "False | f32[2,3,4]; (1,), True | f32[]; (), False | f16[70]; (), False | f64[3,5]; (-1,), "
        "False | i32[2,3]; (1,), False | f32[0,3]; (0,), False | !RuntimeError bool[2]; (), False | "
        "!ValueError f32[2,3]; (2,), False | !RuntimeError f32[2,3]; (1, 1), False",
};

}  // namespace nucella
