// Numbers and names of MindIR that its reader and its writer share; see mind_ir.proto of MindSpore 2.10.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nucella/op/op.h"
#include "nucella/op/signature.h"

namespace nucella::train::mindir {

inline constexpr uint32_t kIrVersion = 1, kProducer = 2, kModelVersion = 5, kGraph = 7, kLittleEndian = 10,
                          kPrimitives = 12, kFormatVersion = 13;
inline constexpr uint32_t kNode = 1, kGraphName = 2, kParameter = 3, kInput = 5, kOutput = 6;
inline constexpr uint32_t kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kOpType = 4, kNodeAttribute = 5;
inline constexpr uint32_t kValueName = 1, kValueTensor = 2;
inline constexpr uint32_t kDims = 1, kDataType = 2, kTensorName = 7, kRawData = 9, kRefKey = 13,
                          kCompression = 16;
inline constexpr uint32_t kAttributeName = 1, kFloat = 2, kInt = 3, kDouble = 4, kString = 5, kInts = 10,
                          kTensors = 12, kAttributeType = 16, kValues = 17;
inline constexpr uint32_t kPrimitiveName = 1, kPrimitiveOp = 2, kPrimitiveAttribute = 3,
                          kPrimitiveInstance = 4, kPrimitiveType = 5;

// AttributeProto::AttributeType; the numbers of dtypes are those of TensorProto::DataType too.
inline constexpr int kTypeFloat = 1, kTypeInt32 = 6, kTypeInt64 = 7, kTypeString = 8, kTypeBool = 9,
                     kTypeDouble = 11, kTypeTensors = 19, kTypeTuple = 20, kTypeList = 21, kTypeMonad = 23,
                     kTypeIoMonad = 24, kTypeNone = 25;
inline constexpr int kPrimitive = 1, kPrimitiveFunction = 2;

/// The number of a dtype, and back.
int number_of(DType dtype);
std::optional<DType> dtype_numbered(int64_t number);

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
