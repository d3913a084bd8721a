#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef sort_op{
    .doc =
        "The elements in order along `axis`, and the positions (int32 or int64) that they came from. Equal "
        "elements keep their order; NaN counts as largest.",
    .primitive = "Sort",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::infer_order(call, 2, out[1]);
          out[0] = {call.in[0].dtype(), call.in[0].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          if (!g[0].defined()) return Tensors{{}};
          const Tensor none = zeros(call.in[0].shape(), g[0].dtype());
          return Tensors{ops::scatter_elements(none, call.attrs[0].as<int64_t>(), call.out[1], g[0])};
        },
    .saves = saves_out({1}),
    .samples =
        "f32[5] | f32[2,6]; -1, True | f32[3,4,2]; 1, False, int64 | i32[9]{0..2}; 0, True | bool[4] | "
        "f16[5] | f32[0,3]; 0 | f32[2,300]; -1 | i64[700]; 0, True | f64[3,40]; 1 | u8[300]{0..9} | "
        "!ValueError f32[2]; 1 | !ValueError f32[] | !TypeError f32[2]; 0, False, float32",
};

}  // namespace nucella
