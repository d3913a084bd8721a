#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef logical_not_op{
    .doc = "Logical not, element by element; numbers count as true unless 0.",
    .primitive = "LogicalNot",
    .infer = rules::infer_predicate,
    .elementwise = true,
    .samples = "bool[2,3] | bool[0] | bool[] | i32[9]{0..2} | f32[4]",
};

}  // namespace nucella
