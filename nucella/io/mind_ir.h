// Reads the records of MindIR files, the graphs of MindSpore (a protobuf ModelProto), one after the other.
//
// What the records mean, the ops above all, is the visitor's business; here they are taken apart and checked
// against the size of the file. (Source: mind_ir.proto of MindSpore 2.10.)
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nucella/io/bytes.h"

namespace nucella::io::mind_ir {

/// A TensorProto; the texts and the content lie in the file.
struct TensorRecord {
  std::vector<int64_t> dims;
  int64_t data_type = 0;
  std::string_view name, ref_key;
  std::string_view content;
};

/// A value; which of the members counts follows from the type (kTypeFloat, ...).
struct Attribute {
  int64_t type = 0;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;
  std::vector<Attribute> items;
  std::shared_ptr<const TensorRecord> tensor;
};

struct NodeRecord {
  std::vector<std::string_view> inputs;
  std::string_view output, op_type;
  std::optional<Attribute> attribute;  ///< the last, if there is one
};

/// Gets the records of a model: primitives, parameters and inputs, the name of the output, then the nodes in
/// their order.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void primitive(std::string_view name, std::string_view op) = 0;
  virtual void parameter(const TensorRecord& record) = 0;
  virtual void input(std::string_view name, const TensorRecord& type) = 0;
  virtual void output(std::string_view name) = 0;
  virtual void node(const NodeRecord& record) = 0;
};

/// ValueError for what is no MindIR file or a damaged one; whatever the visitor throws goes through.
void read_mind_ir(Bytes file, const Where& where, Visitor& visitor);

/// ValueError for extents that do not fit, NotImplementedError for unknown ones and for unknown dtypes.
Shape record_shape(const TensorRecord& record, const Where& where);
DType record_dtype(const TensorRecord& record, const Where& where);
/// A copy of the content; ValueError when it has not as many bytes as the shape needs.
Tensor record_tensor(const TensorRecord& record, const Where& where);

}  // namespace nucella::io::mind_ir
