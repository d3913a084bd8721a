#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef dropout_op{
    .doc =
        "Zeros each element with probability `p` and scales the others by 1 / (1 - p). Which ones follows "
        "from "
        "`seed` alone: element i, in row-major order, is kept when word i of Philox4x32(seed) is at least p "
        "* 2^32.",
    .primitive = "Dropout",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const double p = call.attrs[0].as<double>();
          rules::check_floating(call, call.in[0], "x");
          check<ValueError>(p >= 0 && p < 1, "dropout: 'p' must be in [0, 1), got ", p);
          rules::infer_same(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [p, seed] = unpack<double, int64_t>(call.attrs);
          return Tensors{ops::dropout(g[0], p, seed)};  // linear in x: the same elements are kept
        },
    .saves = kSavesNone,
    .samples =
        "f32[2,3]; 0.5, 1 | f32[40,50]; 0.2, 7 | f16[9]; 0.5, 3 | f32[0,3]; 0.5, 1 | f32[]; 0.0, 0 | "
        "!ValueError f32[2]; 1.0, 0 | !ValueError f32[2]; -0.1, 0 | !TypeError i32[2]; 0.5, 0",
};

}  // namespace nucella
