// Names of ops in MindIR files, for their reader and their writer.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "nucella/op/op.h"
#include "nucella/op/signature.h"

namespace nucella::train::mindir {

/// "REF::Add:1" refers to the primitive "Add:1" in the list of the model.
inline constexpr std::string_view kReference = "REF::", kOwn = "nucella.";
inline constexpr std::string_view kConstant = "Constant", kMakeTuple = "MakeTuple",
                                  kTupleItem = "TupleGetItem", kDepend = "Depend", kLoad = "Load",
                                  kUpdateState = "UpdateState";

/// MindSpore's name of an op that takes the same arguments there, else "nucella.<op>".
std::string op_type_of(Op op);
/// The op of such a name; nothing for unknown ones.
std::optional<Op> op_of(std::string_view op_type);
/// True when MindSpore wants a tuple where this op has a number (the axis of Softmax).
bool wants_tuple(Op op, const Param& param);

}  // namespace nucella::train::mindir
