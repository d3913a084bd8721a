#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef reduce_sum_op{
    .doc =
        "Sum over the axes in `axis` (all of them when it is empty), which are dropped or kept with "
        "extent 1. On bool it is the logical or.",
    .primitive = "ReduceSum",
    .infer = rules::infer_reduce,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::unreduce(g[0], call.in[0].shape(), Shape(call.attrs[0].as<Ints>()))};
        },
    .saves = kSavesNone,
    .samples =
        "f32[70000]; (), False | f32[3,9000]; (1,), False | f32[150,300]; (0,), True | f32[2,70,3,17]; (1, "
        "3), False | f32[4,5,6]; (0, 2), False | f32[2,3]; (0,), False | f32[2,3]; (1,), True | f32[2,3]; "
        "(), False | f32[2,3,4]; (0, -1), "
        "False | f32[2,3,4]; (1,), True | f32[]; (), False | f16[70]; (), False | f64[3,5]; (-1,), "
        "False | i32[2,3]; (1,), False | bool[2,3]; (1,), False | f32[0,3]; (0,), False | "
        "!ValueError f32[2,3]; (2,), False | !RuntimeError f32[2,3]; (1, 1), False",
};

}  // namespace nucella
