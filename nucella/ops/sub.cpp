#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef sub_op{
    .doc =
        "Difference of two tensors, element by element, with broadcasting. On bool it is the exclusive "
        "or.",
    .primitive = "Sub",
    .infer = rules::infer_binary,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{rules::unbroadcast(g[0], call.in[0]),
                         call.wants(1) ? rules::unbroadcast(ops::neg(g[0]), call.in[1]) : Tensor()};
        },
    .saves = kSavesNone,
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3] | f32[2,3], f32[3] | f32[2,1], f32[3] | f32[0,3], f32[3] | f32[], f32[4] "
        "| f16[5], f32[5] | i32[4], i8[4] | !ValueError f32[2,3], f32[2,4] | !TypeError u16[2], "
        "i32[2]",
};

}  // namespace nucella
