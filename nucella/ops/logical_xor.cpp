#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logical_xor_op{
    .doc =
        "True where exactly one of two tensors is true, with broadcasting; numbers count as true "
        "unless 0.",
    .primitive = "LogicalXor",
    .infer = rules::infer_compare,
    .elementwise = true,
    .promotes = true,
    .samples =
        "bool[2,3], bool[2,3] | bool[2,3], bool[3] | bool[0,3], bool[3] | bool[], bool[4] | "
        "i32[9]{0..2}, i32[9]{0..2} | !ValueError bool[2,3], bool[2,4]",
};

}  // namespace nucella
