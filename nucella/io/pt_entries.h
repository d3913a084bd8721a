// What the pickle of a PyTorch file says: names and values, and of tensors where their elements lie.
#pragma once
#include <variant>

#include "nucella/io/pickle.h"

namespace nucella::io {

/// A tensor as part of a storage.
struct PtTensor {
  DType dtype = float32;
  Shape shape;
  Shape strides;             ///< in elements, like the shape none is negative
  int64_t first = 0;         ///< position of the first element in the storage
  std::string_view storage;  ///< key of the storage
  uint64_t storage_bytes = 0;
};

/// A number or a list of numbers.
struct PtNumbers {
  DType dtype = int64;  ///< Bool, Int64 or Float64
  Shape shape;
  std::string content;  ///< the elements as bytes
};

struct PtEntry {
  std::string name;
  uint64_t offset = 0;  ///< in the file, of what made it
  std::variant<PtTensor, PtNumbers, std::string_view> value;
};

/// The closed list of functions and classes that a file may name.
bool is_pt_global(std::string_view module, std::string_view name);

/// All leaves of the tree in order. ValueError for values that are no data, for tensors that leave their
/// storage, and for more names than the pickle can have meant.
std::vector<PtEntry> flatten_pt(const Pickle& pickle, uint64_t pickle_bytes, const Where& where);

}  // namespace nucella::io
