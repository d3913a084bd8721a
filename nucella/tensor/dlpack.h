// DLPack: hands tensors to other libraries and takes theirs, without a copy (dmlc.github.io/dlpack, ABI of
// 0.8).
#pragma once
#include <cstdint>

#include "nucella/tensor/tensor.h"

namespace nucella::dlpack {

struct Device {
  int32_t type;  ///< kCpu is the only one that import takes
  int32_t id;
};
inline constexpr int32_t kCpu = 1;

/// Kinds of elements (DLDataTypeCode).
enum Code : uint8_t { kInt = 0, kUInt = 1, kFloat = 2, kBFloat = 4, kComplex = 5, kBool = 6 };

struct DataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
};

struct View {
  void* data;
  Device device;
  int32_t ndim;
  DataType dtype;
  int64_t* shape;
  int64_t* strides;  ///< in elements; null for row-major without gaps
  uint64_t byte_offset;
};

/// The same layout as DLManagedTensor. Whoever holds it calls `deleter(this)`, if there is one, exactly once.
struct ManagedTensor {
  View view;
  void* context;
  void (*deleter)(ManagedTensor* self);
};

/// Exports `t` in place; its memory lives until the deleter is called. Writes through the export are not seen
/// by tapes. RuntimeError when `t` has no data.
ManagedTensor* to_dlpack(const Tensor& t);

/// A tensor on the memory of `managed`, which is then owned by it: the deleter runs when the last tensor that
/// uses the memory goes. ValueError for a wrong structure, device or alignment, TypeError for an element type
/// that nucella lacks; `managed` then still belongs to the caller.
Tensor from_dlpack(ManagedTensor* managed);

}  // namespace nucella::dlpack
