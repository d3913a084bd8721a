// Numbers of MindIR files that their reader and their writer share: fields, types of attributes, dtypes.
// (Source: mind_ir.proto of MindSpore 2.10.)
#pragma once
#include <cstdint>
#include <optional>

#include "nucella/base/dtype.h"

namespace nucella::io::mind_ir {

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

}  // namespace nucella::io::mind_ir
