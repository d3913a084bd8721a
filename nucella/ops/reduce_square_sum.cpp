#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_square_sum_op{
    .doc =
        "Sum of the squares over the axes in `axis` (all of them when it is empty), which are dropped or "
        "kept with extent 1.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_floating(call, call.in[0], "x");
          rules::infer_reduce(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          const Tensor wide = ops::unreduce(g[0], x.shape(), Shape(call.attrs[0].as<Ints>()));
          return Tensors{ops::mul(ops::mul(wide, x), rules::constant(2, x))};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, "
        "3), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; (), False | f32[]; (), False | "
        "f16[70]; (), False | f64[3,5]; (-1,), "
        "False | f32[0,3]; (0,), False | !TypeError i32[2] | !ValueError f32[2,3]; (2,), False | "
        "!RuntimeError f32[2,3]; (1, 1), False",
};

}  // namespace nucella
