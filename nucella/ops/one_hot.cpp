#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef one_hot_op{
    .doc =
        "`on_value` where the new axis of extent `depth` (at position `axis`) meets the index, `off_value` "
        "elsewhere; "
        "an index outside [0, depth) gives `off_value` only.",
    .primitive = "OneHot",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor& indices = call.in[0];
          const auto& [depth, on_value, off_value, axis, dtype] =
              unpack<int64_t, double, double, int64_t, DType>(call.attrs);
          check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64,
                           "one_hot: 'indices' must be of dtype Int32 or Int64, got ", indices.dtype());
          check<ValueError>(depth >= 0, "one_hot: 'depth' must be at least 0, got ", depth);
          out[0] = {dtype, indices.shape()};
          out[0].shape.insert(normalize_axis(axis, indices.ndim() + 1, "one_hot"), depth);
        },
    .saves = kSavesNone,
    .samples =
        "i64[4]{0..3}; 4, 1.0, 0.0, -1, float32 | i32[2,3]{-1..5}; 4, 2.0, 0.5, 0, float16 | "
        "i64[]{1..1}; 3, 1.0, 0.0, -1, int64 | i64[0]{0..0}; 3, 1.0, 0.0, 1, bool | "
        "!ValueError i64[2]{0..1}; -1, 1.0, 0.0, -1, float32 | "
        "!ValueError i64[2]{0..1}; 2, 1.0, 0.0, 2, float32 | !TypeError f32[2]; 2, 1.0, 0.0, -1, float32",
};

}  // namespace nucella
