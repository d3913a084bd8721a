#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gather_elements_op{
    .doc =
        "The elements of `x` at the positions in `index` along `dim`: out[i][j] = x[index[i][j]][j] "
        "for dim 0. `index` has as many axes as `x` and is nowhere longer, but along `dim`. "
        "IndexError for a position outside [-extent, extent).",
    .primitive = "GatherD",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_positions(call, call.in[0], call.in[1]);
          out[0] = {call.in[0].dtype(), call.in[1].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor none = zeros(call.in[0].shape(), g[0].dtype());
          return Tensors{ops::scatter_elements(none, call.attrs[0].as<int64_t>(), call.in[1], g[0], "add"),
                         {}};
        },
    .saves = saves_in({1}),
    .samples =
        "f32[4], i64[6]{-4..3}; 0 | f32[2,3], i32[2,2]{0..2}; 1 | f32[3,2,4], i64[2,2,4]{0..2}; 0 | "
        "f32[2,3], i64[0,3]; 0 | f32[2,3,4], i64[2,5,3]{0..2}; 1 | i8[4], i64[2]{0..3}; 0 | !ValueError "
        "f32[2,3], i64[3]; 0 | !ValueError f32[2,3], "
        "i64[3,1]{0..1}; 1 | !ValueError f32[], i64[]; 0 | !IndexError f32[2], i64[1]{5..6}; 0 | !TypeError "
        "f32[2], f32[1]; 0",
};

}  // namespace nucella
