#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef argmin_op{
    .doc =
        "Index of the first smallest element along `axis`, which is dropped; `dtype` is int32 or int64. "
        "NaN counts as smallest.",
    .primitive = "Argmin",
    .infer = rules::infer_arg_reduce,
    .samples =
        "f32[2,3]; -1, int32 | f32[2,3]; 0, int64 | i32[5]{0..2}; 0, int32 | f16[3,1,4]; 1, int32 | "
        "f32[0,3]; 1, int32 | !ValueError f32[2,3]; 2, int32 | !ValueError f32[0,3]; 0, int32 | "
        "!TypeError f32[2]; 0, float32 | !TypeError bool[2]; 0, int32",
};

}  // namespace nucella
