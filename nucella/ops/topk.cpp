#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef topk_op{
    .doc =
        "The `k` largest (or smallest) elements along `axis`, and their positions (int32 or int64): in order "
        "if `sorted`, else as they stand in `x`. Of equal elements the first are taken; NaN counts as "
        "largest.",
    .primitive = "TopK",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const int64_t k = call.attrs[0].as<int64_t>();
          rules::infer_order(call, 4, out[1], 1);
          const Shape& shape = call.in[0].shape();
          const int axis = normalize_axis(call.attrs[1].as<int64_t>(), shape.ndim(), "topk");
          check<ValueError>(k >= 0 && k <= shape[axis], "topk: 'k' must be in [0, ", shape[axis], "], got ",
                            k);
          out[1].shape[axis] = k;
          out[0] = {call.in[0].dtype(), out[1].shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          if (!g[0].defined()) return Tensors{{}};
          const Tensor none = zeros(call.in[0].shape(), g[0].dtype());
          return Tensors{ops::scatter_elements(none, call.attrs[1].as<int64_t>(), call.out[1], g[0])};
        },
    .saves = saves_out({1}),
    .samples =
        "f32[5]; 2 | f32[2,6]; 3, -1, False | f32[3,4,2]; 2, 1, True, False, int64 | i32[9]{0..2}; 4, 0 | "
        "bool[4]; 2 | "
        "f16[5]; 5 | f32[2,300]; 7 | f64[3,40]; 4, 1, False, False | u8[300]{0..9}; 20 | i64[500]; 9, 0, "
        "False | f32[0,3]; 2 | f32[3]; 0 | "
        "!ValueError f32[2]; 3 | !ValueError f32[2]; -1 | !ValueError f32[2]; 1, 1 | !ValueError f32[]; 1 | "
        "!TypeError f32[2]; 1, 0, True, True, float32",
};

}  // namespace nucella
