// save_graph.
#include <algorithm>
#include <protozero/pbf_writer.hpp>
#include <set>

#include "nucella/io/atomic_file.h"
#include "nucella/io/mind_ir_format.h"
#include "nucella/train/graph_file.h"
#include "nucella/train/graph_format.h"

namespace nucella {
namespace {

using namespace io::mind_ir;
using namespace train::mindir;
using protozero::pbf_writer;

constexpr const char* kWriter = "save_graph";

void add_text(pbf_writer& out, uint32_t field, std::string_view text) {
  out.add_string(field, text.data(), text.size());
}

std::string tensor_type(const Shape& shape, DType dtype) {
  std::string out;
  pbf_writer writer(out);
  for (const int64_t extent : shape) writer.add_int64(kDims, extent);
  writer.add_int32(kDataType, number_of(dtype));
  return out;
}

std::string tensor_value(const Tensor& tensor) {
  std::string out = tensor_type(tensor.shape(), tensor.dtype());
  const Tensor dense = tensor.contiguous();
  pbf_writer(out).add_bytes(kRawData, reinterpret_cast<const char*>(dense.raw_data()),
                            static_cast<size_t>(dense.nbytes()));
  return out;
}

// An AttributeProto without its name.
std::string number_attribute(int type, int64_t value) {
  std::string out;
  pbf_writer writer(out);
  writer.add_int64(kInt, value);
  writer.add_enum(kAttributeType, type);
  return out;
}

std::string tuple_attribute(const std::vector<std::string>& items) {
  std::string out;
  pbf_writer writer(out);
  writer.add_enum(kAttributeType, kTypeTuple);
  for (const std::string& item : items) writer.add_message(kValues, item);
  return out;
}

std::string plain_attribute(const Value& value) {
  std::string out;
  pbf_writer writer(out);
  if (value.is<bool>()) return number_attribute(kTypeBool, value.as<bool>());
  if (value.is<int64_t>()) return number_attribute(kTypeInt64, value.as<int64_t>());
  if (value.is<double>()) {
    writer.add_double(kDouble, value.as<double>());
    writer.add_enum(kAttributeType, kTypeDouble);
  } else if (value.is<std::string>()) {
    add_text(writer, kString, value.as<std::string>());
    writer.add_enum(kAttributeType, kTypeString);
  } else {
    writer.add_enum(kAttributeType, kTypeNone);
  }
  return out;
}

std::string attribute_of(const Attr& attr) {
  const auto each = [](const auto& numbers, auto make) {
    std::vector<std::string> items(numbers.size());
    std::ranges::transform(numbers, items.begin(), make);
    return tuple_attribute(items);
  };
  if (const Ints* ints = std::get_if<Ints>(&attr.value()))
    return each(*ints, [](int64_t number) {  // elements of tuples stand in the repeated field
      std::string out;
      pbf_writer writer(out);
      writer.add_int64(kInts, number);
      writer.add_enum(kAttributeType, kTypeInt64);
      return out;
    });
  if (const Floats* floats = std::get_if<Floats>(&attr.value()))
    return each(*floats, [](double number) { return plain_attribute(number); });
  if (const DType* dtype = std::get_if<DType>(&attr.value()))
    return plain_attribute(std::string(name(*dtype)));
  if (const bool* flag = std::get_if<bool>(&attr.value())) return plain_attribute(*flag);
  if (const int64_t* number = std::get_if<int64_t>(&attr.value())) return plain_attribute(*number);
  if (const double* number = std::get_if<double>(&attr.value())) return plain_attribute(*number);
  return plain_attribute(attr.as<std::string>());
}

class GraphWriter {
 public:
  explicit GraphWriter(const Graph& graph) : graph_(graph) {}

  std::string run() {
    for (const auto& [number, param] : graph_.parameters) add_parameter(number, param);
    for (size_t i = 0; i < graph_.inputs.size(); ++i) add_input(i, graph_.inputs[i]);
    for (const auto& [number, tensor] : graph_.constants) add_constant_tensor(number, tensor);
    for (const GraphNode& node : graph_.nodes) add_node(node);
    std::string result = name_of(graph_.result);
    if (!effects_.empty()) result = add_call(std::string(kDepend), {result, add_tuple(effects_)}, "result");
    std::string output;
    add_text_field(output, kValueName, result);
    writer_.add_message(kOutput, output);
    add_text(writer_, kGraphName, "graph");
    return model();
  }

 private:
  static void add_text_field(std::string& out, uint32_t field, std::string_view text) {
    pbf_writer writer(out);
    add_text(writer, field, text);
  }

  // --- tensors -----------------------------------------------------------------------------------------

  void add_parameter(int number, const Parameter& param) {
    names_.emplace(number, str("graph:", param.name()));
    std::string out = tensor_value(param);
    pbf_writer writer(out);
    add_text(writer, kTensorName, names_.at(number));
    add_text(writer, kRefKey, param.name());
    writer.add_enum(kCompression, 0);
    writer_.add_message(kParameter, out);
  }

  void add_input(size_t position, const GraphInput& input) {
    names_.emplace(input.tensor, str("graph:input", position));
    std::string out;
    pbf_writer writer(out);
    add_text(writer, kValueName, names_.at(input.tensor));
    writer.add_message(kValueTensor, tensor_type(input.shape, input.dtype));
    writer_.add_message(kInput, out);
  }

  void add_constant_tensor(int number, const Tensor& tensor) {
    std::string value;
    pbf_writer writer(value);
    writer.add_message(kTensors, tensor_value(tensor));
    writer.add_enum(kAttributeType, kTypeTensors);
    names_.emplace(number, add_constant(value));
  }

  // A later output of the same number is that tensor, changed in place.
  void name_output(int number, const std::string& name) { names_.insert_or_assign(number, name); }

  // --- nodes -------------------------------------------------------------------------------------------

  // One for each use: MindSpore changes constants of kernels that do not take tuples.
  std::string add_constant(const std::string& value) {
    std::string name = str("value", constants_++);
    std::string attribute;
    add_text_field(attribute, kAttributeName, "value");
    attribute += value;  // fields of one message, one after the other
    std::string node;
    pbf_writer writer(node);
    add_text(writer, kNodeOutput, name);
    add_text(writer, kNodeName, name);
    add_text(writer, kOpType, kConstant);
    writer.add_message(kNodeAttribute, attribute);
    writer_.add_message(kNode, node);
    return name;
  }

  std::string add_call(const std::string& op_type, const std::vector<std::string>& inputs,
                       std::string_view hint) {
    std::string name = str("graph:", hint, count_++);
    std::string node;
    pbf_writer writer(node);
    for (const std::string& input : inputs) add_text(writer, kNodeInput, input);
    add_text(writer, kNodeOutput, name);
    add_text(writer, kNodeName, name);
    add_text(writer, kOpType, str(kReference, op_type, ":", primitive_of(op_type)));
    writer_.add_message(kNode, node);
    return name;
  }

  std::string add_tuple(const std::vector<std::string>& items) {
    return add_call(std::string(kMakeTuple), items, "tuple");
  }

  size_t primitive_of(const std::string& op_type) {
    return primitives_.try_emplace(op_type, primitives_.size()).first->second;
  }

  void add_node(const GraphNode& node) {
    const OpEntry& entry = entry_of(node.op);
    const std::string name = add_call(op_type_of(node.op), arguments_of(node), entry.name);
    const bool has_effect = entry.def->effect != Effect::kNone;
    if (node.outputs.size() == 1) name_output(node.outputs[0], name);
    for (size_t i = 0; node.outputs.size() > 1 && i < node.outputs.size(); ++i)
      name_output(node.outputs[i],
                  add_call(std::string(kTupleItem),
                           {name, add_constant(plain_attribute(static_cast<int64_t>(i)))}, entry.name));
    if (has_effect) effects_.push_back(name);
  }

  // What the op takes, in the order of its parameters.
  std::vector<std::string> arguments_of(const GraphNode& node) {
    const std::vector<Param> params = parse_signature(entry_of(node.op));
    const auto lists = static_cast<size_t>(std::ranges::count(params, ParamKind::kTensors, &Param::kind));
    const auto single = static_cast<size_t>(std::ranges::count(params, ParamKind::kTensor, &Param::kind));
    const size_t per_list = lists > 0 ? (node.inputs.size() - single) / lists : 0;
    std::vector<std::string> out;
    size_t input = 0, attr = 0;
    for (const Param& param : params) {
      if (param.kind == ParamKind::kTensor) {
        out.push_back(name_of(node.inputs[input++]));
      } else if (param.kind == ParamKind::kTensors) {
        std::vector<std::string> items;
        for (size_t i = 0; i < per_list; ++i) items.push_back(name_of(node.inputs[input++]));
        out.push_back(add_tuple(items));
      } else {
        const Attr& value = node.attrs[attr++];
        out.push_back(add_constant(
            attribute_of(wants_tuple(node.op, param) ? Attr(Ints{value.as<int64_t>()}) : value)));
      }
    }
    return out;
  }

  std::string name_of(int number) {
    return number == GraphNode::kAbsent ? add_constant(plain_attribute({})) : names_.at(number);
  }

  std::string name_of(const GraphResult& result) {
    if (const int* number = result.tensor()) return name_of(*number);
    if (const auto* value = result.value()) return add_constant(plain_attribute(*value));
    std::vector<std::string> items;
    for (const GraphResult& item : *result.items()) items.push_back(name_of(item));
    return add_tuple(items);
  }

  std::string model() {
    std::string out;
    pbf_writer writer(out);
    add_text(writer, kIrVersion, "1.1");
    add_text(writer, kProducer, "nucella");
    add_text(writer, kModelVersion, "2.10.0");  // of MindSpore, whose reader asks for it
    writer.add_message(kGraph, encoded_);
    writer.add_bool(kLittleEndian, true);
    for (const auto& [op_type, number] : primitives_) {
      std::string primitive;
      pbf_writer fields(primitive);
      add_text(fields, kPrimitiveName, str(op_type, ":", number));
      add_text(fields, kPrimitiveOp, op_type);
      add_text(fields, kPrimitiveInstance, "");
      const bool structural = op_type == kMakeTuple || op_type == kTupleItem || op_type == kDepend;
      fields.add_enum(kPrimitiveType, structural ? kPrimitive : kPrimitiveFunction);
      writer.add_message(kPrimitives, primitive);
    }
    writer.add_int64(kFormatVersion, 3);  // attributes stand among the inputs
    return out;
  }

  const Graph& graph_;
  std::string encoded_;
  pbf_writer writer_{encoded_};
  std::map<int, std::string> names_;  // of tensors, by their numbers
  std::map<std::string, size_t> primitives_;
  std::vector<std::string> effects_;
  int constants_ = 0, count_ = 0;
};

}  // namespace

void save_graph(const Graph& graph, const std::string& path,
                const std::optional<io::Encryption>& encryption) {
  if (encryption) io::check_encryption(kWriter, *encryption);
  io::AtomicFile file(kWriter, path.ends_with(".mindir") ? path : path + ".mindir");
  const std::string model = GraphWriter(graph).run();
  if (encryption) {
    io::EncryptingWriter encrypted(kWriter, *encryption, file);
    encrypted.write(io::as_bytes(model));
    encrypted.finish();
  } else {
    file.write(model);
  }
  file.commit();
}

}  // namespace nucella
