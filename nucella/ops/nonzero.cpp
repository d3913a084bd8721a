#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef nonzero_op{
    .doc =
        "The positions of the elements that are not zero, in row-major order: int64 of shape (count, "
        "x.ndim).",
    .primitive = "NonZero",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          out[0] = {int64, {kUnknownDim, call.in[0].ndim()}};
        },
    .saves = kSavesNone,
    .samples = "f32[2,3] | bool[4] | i64[3,2]{0..1} | f32[0,3] | f32[]",
};

}  // namespace nucella
