#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cumsum_op{
    .doc =
        "The sum along `axis` of all elements up to each one: without itself if `exclusive`, from "
        "the end if `reverse`.",
    .primitive = "CumSum",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_running(call);
          rules::infer_same(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [axis, exclusive, reverse] = unpack<int64_t, bool, bool>(call.attrs);
          return Tensors{ops::cumsum(g[0], axis, exclusive, !reverse)};
        },
    .saves = kSavesNone,
    .samples =
        "f32[5]; 0 | f32[2,3]; 0 | f32[2,3]; -1, True | f32[2,3,4]; 1, False, True | f32[4]; 0, "
        "True, True | f32[0,3]; 0 | f16[6]; 0 | i32[5]; 0 | i8[3]; 0 | !ValueError f32[2]; 1 | "
        "!ValueError f32[]; 0 | !TypeError bool[2]; 0",
};

}  // namespace nucella
