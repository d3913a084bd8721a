#include "nucella/ops/ops.h"

namespace nucella {

#define OP(name, params, ins, attrs) extern const OpDef name##_op;
#include "nucella/ops/list.inc"
#define OP(name, params, ins, attrs) extern const KernelList name##_cpu;
#define VIEW(name, params, ins, attrs)
#define COMPOSED(name, params, ins, attrs)
#define COMPOSEDN(n, name, params, ins, attrs)
#include "nucella/ops/list.inc"

const Op kCastOp = Op::cast;

namespace {
const OpEntry kTable[] = {
#define OP(name, params, ins, attrs) {#name, #params, #attrs, 1, &name##_op, &name##_cpu},
#define OPN(n, name, params, ins, attrs) {#name, #params, #attrs, n, &name##_op, &name##_cpu},
#define OPV(name, params, ins, attrs) {#name, #params, #attrs, kVariadic, &name##_op, &name##_cpu},
#define VIEW(name, params, ins, attrs) {#name, #params, #attrs, 1, &name##_op, nullptr},
#define COMPOSED(name, params, ins, attrs) {#name, #params, #attrs, 1, &name##_op, nullptr},
#define COMPOSEDN(n, name, params, ins, attrs) {#name, #params, #attrs, n, &name##_op, nullptr},
#include "nucella/ops/list.inc"
};
}  // namespace

std::span<const OpEntry> op_table() { return kTable; }

}  // namespace nucella
