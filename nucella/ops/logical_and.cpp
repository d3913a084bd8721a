#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logical_and_op{
    .doc =
        "Logical and of two tensors, element by element, with broadcasting; numbers count as true unless "
        "0.",
    .primitive = "LogicalAnd",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples =
        "bool[2,3], bool[2,3] | bool[2,3], bool[3] | bool[0,3], bool[3] | bool[], bool[4] | "
        "i32[9]{0..2}, i32[9]{0..2} | f32[4], f32[4] | !ValueError bool[2,3], bool[2,4]",
};

}  // namespace nucella
