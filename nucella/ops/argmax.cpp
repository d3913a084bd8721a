#include "nucella/ops/rules.h"
#include "nucella/ops/samples.h"

namespace nucella {

extern constinit const OpDef argmax_op{
    .doc =
        "Index of the first largest element along `axis`, which is dropped; `dtype` is int32 or int64. "
        "NaN counts as largest.",
    .primitive = "Argmax",
    .infer = rules::infer_arg_reduce,
    .samples = rules::kArgSamples,
};

}  // namespace nucella
