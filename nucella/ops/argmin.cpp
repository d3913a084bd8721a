#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef argmin_op{
    .doc =
        "Index of the first smallest element along `axis`, which is dropped; `dtype` is int32 or int64. "
        "NaN counts as smallest.",
    .primitive = "Argmin",
    .infer = rules::infer_arg_reduce,
    .samples = rules::kArgSamples,
};

}  // namespace nucella
