// Pickle: the tree of values that a Python pickle describes; it is only looked at, nothing in it is ever
// executed.
//
// A pickle is a program for a stack machine (Python's pickletools tells it). Of its opcodes only those are
// known here that describe data; where Python would call a function, the tree gets a node that says so.
#pragma once
#include <string_view>
#include <vector>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// A node takes up to a hundred times the room of its opcode, so there must be a limit; no set of tensors
/// comes near.
inline constexpr uint64_t kLargestPickle = uint64_t{64} << 20;

struct PickleNode {
  enum class Kind : uint8_t {
    kNone,
    kBool,
    kInt,
    kFloat,
    kText,
    kTuple,
    kList,
    kDict,
    kGlobal,
    kCall,
    kPersistent
  };
  using Index = uint32_t;

  Kind kind = Kind::kNone;
  uint64_t offset = 0;  ///< in the file, of the opcode that made it
  int64_t integer = 0;  ///< of an Int and a Bool
  double real = 0;
  std::string_view text = {};    ///< of a Text; of a Global the name
  std::string_view module = {};  ///< of a Global
  /// Elements of a Tuple or List; key, value, key, value, ... of a Dict; callee, arguments, and then keys and
  /// values that were put into the result, of a Call; the id of a Persistent.
  std::vector<Index> items = {};
};

class Pickle {
 public:
  /// `bytes` begin at `where.offset` of the file, and so the errors count. ValueError for opcodes that are
  /// not known here, for globals that `allows` refuses, for integers of more than 64 bits, and for anything
  /// damaged.
  using Allows = bool(std::string_view module, std::string_view name);
  Pickle(Bytes bytes, Where where, Allows* allows);

  const PickleNode& root() const { return nodes_[root_]; }
  const PickleNode& operator[](PickleNode::Index node) const { return nodes_[node]; }

 private:
  class Machine;
  std::vector<PickleNode> nodes_;  // the tree as an arena: a deep one must not need a deep stack to be freed
  PickleNode::Index root_ = 0;
};

}  // namespace nucella::io
