// load_graph.
#include <algorithm>
#include <map>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <set>

#include "nucella/io/mapped_file.h"
#include "nucella/io/unicode.h"
#include "nucella/ops/ops.h"
#include "nucella/train/graph_file.h"
#include "nucella/train/graph_format.h"

namespace nucella {
namespace {

using namespace train::mindir;
using protozero::pbf_reader;
using Items = std::vector<GraphResult>;

constexpr const char* kReader = "load_graph";
constexpr int kDeepest = 32;  // of tuples in tuples
constexpr size_t kLargestTuple = 1 << 16;

// Values of fields; an exception of protozero, which read_model() turns into an error, for other wire types.
void expect(const pbf_reader& record, protozero::pbf_wire_type type) {
  if (record.wire_type() != type) throw protozero::unknown_pbf_wire_type_exception{};
}
std::string_view bytes_in(pbf_reader& record) {
  expect(record, protozero::pbf_wire_type::length_delimited);
  const auto view = record.get_view();
  return {view.data(), view.size()};
}
std::string text_in(pbf_reader& record) { return std::string(bytes_in(record)); }
pbf_reader message_in(pbf_reader& record) {
  const std::string_view bytes = bytes_in(record);
  return {bytes.data(), bytes.size()};
}
int64_t int_in(pbf_reader& record) {
  expect(record, protozero::pbf_wire_type::varint);
  return record.get_int64();
}

struct TensorRecord {
  std::vector<int64_t> dims;
  int64_t data_type = 0;
  std::string name, ref_key;
  std::string_view content;
};

class GraphReader {
 public:
  GraphReader(io::Bytes file, const std::string& path) : file_(file), where_{kReader, path} {}

  Graph run() {
    try {
      read_model();
    } catch (const protozero::exception& e) {
      raise<ValueError>(where_, ": not a MindIR file, or a damaged one: ", e.what());
    }
    return std::move(graph_);
  }

 private:
  // --- records -----------------------------------------------------------------------------------------

  void read_model() {
    pbf_reader model(reinterpret_cast<const char*>(file_.data()), file_.size());
    pbf_reader graph;
    bool found = false;
    while (model.next()) {
      if (model.tag() == kGraph) {
        graph = message_in(model);
        found = true;
      } else if (model.tag() == kPrimitives) {
        read_primitive(message_in(model));
      } else {
        model.skip();
      }
    }
    check<ValueError>(found, where_, ": the file has no graph");
    read_graph(graph);
  }

  void read_primitive(pbf_reader record) {
    std::string name, op;
    while (record.next()) {
      if (record.tag() == kPrimitiveName) {
        name = text_in(record);
      } else if (record.tag() == kPrimitiveOp) {
        op = text_in(record);
      } else {
        record.skip();
      }
    }
    primitives_.emplace(std::move(name), std::move(op));
  }

  // Nodes come first in the file, but need what follows them.
  void read_graph(const pbf_reader& graph) {
    std::string output;
    for (pbf_reader record = graph; record.next();) {
      if (record.tag() == kParameter) {
        read_parameter(read_tensor(message_in(record)));
      } else if (record.tag() == kInput) {
        read_input(message_in(record));
      } else if (record.tag() == kOutput) {
        check<ValueError>(output.empty(), where_, ": a graph with several outputs instead of a tuple");
        output = read_value_name(message_in(record));
      } else {
        record.skip();
      }
    }
    for (pbf_reader record = graph; record.next(kNode);) read_node(message_in(record));
    graph_.result = named(output);
  }

  TensorRecord read_tensor(pbf_reader record) {
    TensorRecord out;
    while (record.next()) {
      switch (record.tag()) {
        case kDims:
          read_ints(record, out.dims);
          break;
        case kDataType:
          out.data_type = int_in(record);
          break;
        case kTensorName:
          out.name = text_in(record);
          break;
        case kRefKey:
          out.ref_key = text_in(record);
          break;
        case kRawData: {
          out.content = bytes_in(record);
          break;
        }
        default:
          record.skip();
      }
    }
    return out;
  }

  // A repeated number, packed or not.
  static void read_ints(pbf_reader& record, std::vector<int64_t>& out) {
    if (record.wire_type() == protozero::pbf_wire_type::varint) return out.push_back(record.get_int64());
    expect(record, protozero::pbf_wire_type::length_delimited);
    for (const int64_t value : record.get_packed_int64()) out.push_back(value);
  }

  Shape shape_of(const TensorRecord& record) {
    for (const int64_t extent : record.dims)
      check<NotImplementedError>(extent >= 0, where_, ": ", io::in_quotes(record.name),
                                 " has an extent that is not known; graphs here have fixed shapes");
    return Shape(record.dims);
  }

  DType dtype_of_record(const TensorRecord& record) {
    const std::optional<DType> dtype = dtype_numbered(record.data_type);
    check<NotImplementedError>(dtype.has_value(), where_, ": ", io::in_quotes(record.name),
                               " has the data type ", record.data_type, ", which is not known here");
    return *dtype;
  }

  Tensor tensor_of(const TensorRecord& record) {
    const Shape shape = shape_of(record);
    const DType dtype = dtype_of_record(record);
    const uint64_t bytes = io::dense_bytes(shape, dtype, where_);
    check<ValueError>(record.content.size() == bytes, where_, ": ", io::in_quotes(record.name), " of shape ",
                      shape, " needs ", bytes, " bytes, the file has ", record.content.size());
    Tensor out = io::tensor_from(io::as_bytes(record.content), shape, dtype);
    io::normalize_bools(out);
    return out;
  }

  void read_parameter(const TensorRecord& record) {
    const Parameter param =
        Parameter::adopting(tensor_of(record), record.ref_key.empty() ? record.name : record.ref_key);
    graph_.parameters.emplace_back(new_tensor(record.name), param);
  }

  void read_input(pbf_reader record) {
    std::string name;
    TensorRecord type;
    while (record.next()) {
      if (record.tag() == kValueName) {
        name = text_in(record);
      } else if (record.tag() == kValueTensor) {
        type = read_tensor(message_in(record));
      } else {
        record.skip();
      }
    }
    const Shape shape = shape_of(type);
    const DType dtype = dtype_of_record(type);
    graph_.inputs.push_back({new_tensor(name), shape, dtype});
  }

  std::string read_value_name(pbf_reader record) {
    std::string name;
    while (record.next(kValueName)) name = text_in(record);
    return name;
  }

  int new_tensor(const std::string& name) {
    values_.insert_or_assign(name, graph_.tensor_count);
    return graph_.tensor_count++;
  }

  const GraphResult& named(const std::string& name) const {
    const auto found = values_.find(name);
    check<ValueError>(found != values_.end(), where_, ": ", io::in_quotes(name), " is used and nowhere made");
    return found->second;
  }

  // --- nodes -------------------------------------------------------------------------------------------

  void read_node(pbf_reader record) {
    std::vector<std::string> inputs;
    std::string output, op_type;
    std::optional<pbf_reader> attribute;
    while (record.next()) {
      switch (record.tag()) {
        case kNodeInput:
          inputs.push_back(text_in(record));
          break;
        case kNodeOutput:
          output = text_in(record);
          break;
        case kOpType:
          op_type = text_in(record);
          break;
        case kNodeAttribute:
          attribute = message_in(record);
          break;
        default:
          record.skip();
      }
    }
    if (op_type == kConstant) {
      check<ValueError>(attribute.has_value(), where_, ": the constant ", io::in_quotes(output),
                        " has no value");
      values_.insert_or_assign(output, read_attribute(*attribute, 0));
      return;
    }
    Items arguments;
    for (const std::string& input : inputs) arguments.push_back(named(input));
    values_.insert_or_assign(output, call(op_name(op_type), arguments));
  }

  std::string op_name(std::string_view op_type) const {
    if (!op_type.starts_with(kReference)) return std::string(op_type);
    const auto found = primitives_.find(std::string(op_type.substr(kReference.size())));
    check<ValueError>(found != primitives_.end(), where_, ": the file lists no primitive for ",
                      io::in_quotes(op_type));
    return found->second;
  }

  GraphResult read_attribute(pbf_reader record, int depth) {
    check<ValueError>(depth < kDeepest, where_, ": tuples are nested too deeply");
    int64_t type = 0;
    std::optional<int64_t> number;
    double real = 0;
    std::string text;
    Items items;
    std::optional<TensorRecord> tensor;
    while (record.next()) {
      switch (record.tag()) {
        case kAttributeType:
          type = int_in(record);
          break;
        case kInt:
          number = int_in(record);
          break;
        case kInts: {
          std::vector<int64_t> numbers;
          read_ints(record, numbers);
          if (!numbers.empty()) number = numbers.front();
          break;
        }
        case kFloat:
          expect(record, protozero::pbf_wire_type::fixed32);
          real = record.get_float();
          break;
        case kDouble:
          expect(record, protozero::pbf_wire_type::fixed64);
          real = record.get_double();
          break;
        case kString:
          text = text_in(record);
          break;
        case kTensors:
          tensor = read_tensor(message_in(record));
          break;
        case kValues:
          items.push_back(read_attribute(message_in(record), depth + 1));
          break;
        default:
          record.skip();
      }
    }
    switch (type) {
      case kTypeBool:
        return Value(number.value_or(0) != 0);
      case kTypeInt32:
      case kTypeInt64:
        return Value(number.value_or(0));
      case kTypeFloat:
      case kTypeDouble:
        return Value(real);
      case kTypeString:
        return Value(text);
      case kTypeTuple:
      case kTypeList:
        return items;
      case kTypeTensors:
        return constant(tensor);
      default:
        return Value();
    }
  }

  GraphResult constant(const std::optional<TensorRecord>& record) {
    check<ValueError>(record.has_value(), where_, ": a constant tensor has no content");
    graph_.constants.emplace_back(graph_.tensor_count, tensor_of(*record));
    return graph_.tensor_count++;
  }

  // --- calls -------------------------------------------------------------------------------------------

  GraphResult call(const std::string& op, Items& arguments) {
    if (op == kMakeTuple) return tuple_of(arguments);
    if (op == kUpdateState) return Value();
    if (op == kDepend || op == kLoad) {
      check<ValueError>(!arguments.empty(), where_, ": ", op, " without an input");
      return arguments[0];
    }
    if (op == kTupleItem) return item(arguments);
    const std::optional<Op> known = op_of(op);
    check<NotImplementedError>(known.has_value(), where_, ": the op ", io::in_quotes(op),
                               " is not known here");
    return add_node(*known, arguments);
  }

  // Tuples of tuples that name each other could stand for more elements than there is memory.
  GraphResult tuple_of(Items& items) const {
    size_t count = 0;
    for (const GraphResult& item : items) count += element_count(item);
    check<ValueError>(count <= kLargestTuple, where_, ": a tuple of more than ", kLargestTuple, " elements");
    return std::move(items);
  }
  static size_t element_count(const GraphResult& result) {
    size_t count = 1;
    if (const auto* items = result.items())
      for (const GraphResult& item : *items) count += element_count(item);
    return count;
  }

  GraphResult item(const Items& arguments) const {
    const auto* items = arguments.size() == 2 ? arguments[0].items() : nullptr;
    const Value* index = items ? arguments[1].value() : nullptr;
    check<ValueError>(
        index && index->is<int64_t>() && index->as<int64_t>() >= 0 && index->as<uint64_t>() < items->size(),
        where_, ": TupleGetItem does not take an element of a tuple");
    return (*items)[index->as<size_t>()];
  }

  GraphResult add_node(Op op, const Items& arguments) {
    const OpEntry& entry = entry_of(op);
    const std::vector<Param> params = parse_signature(entry);
    const bool has_layout = op == Op::bias_add && arguments.size() == 3;
    check<NotImplementedError>(!has_layout || is_zero(arguments[2]), where_,
                               ": bias_add in another layout than NCHW");
    check<ValueError>(arguments.size() <= params.size() + has_layout, where_, ": ", entry.name, " takes ",
                      params.size(), " arguments, got ", arguments.size());
    GraphNode node{op, {}, {}, {}};
    for (size_t i = 0; i < params.size(); ++i) {
      if (i < arguments.size()) {
        add_argument(node, entry, params[i], arguments[i]);
      } else {
        check<ValueError>(params[i].has_default(), where_, ": ", entry.name, " without '", params[i].name,
                          "'");
        add_default(node, params[i]);
      }
    }
    const int outputs = entry.outputs == kVariadic ? count_outputs(node, entry) : entry.outputs;
    Items out;
    for (int i = 0; i < outputs; ++i) {
      node.outputs.push_back(graph_.tensor_count++);
      out.push_back(node.outputs.back());
    }
    graph_.nodes.push_back(std::move(node));
    if (out.size() == 1) return out[0];
    return out;
  }

  static bool is_zero(const GraphResult& result) {
    const Value* value = result.value();
    return value && value->is<int64_t>() && value->as<int64_t>() == 0;
  }

  int count_outputs(const GraphNode& node, const OpEntry& entry) const {
    const Tensors none(node.inputs.size());
    std::vector<const Tensor*> pointers;
    for (const Tensor& t : none) pointers.push_back(&t);
    return entry.def->count_outputs({node.op, Inputs(pointers), node.attrs, {}});
  }

  void add_argument(GraphNode& node, const OpEntry& entry, const Param& param, const GraphResult& argument) {
    const auto fail = [&] [[noreturn]] () {
      raise<ValueError>(where_, ": ", entry.name, ": '", param.name,
                        "' is of another kind than this op takes");
    };
    if (param.kind == ParamKind::kTensor) {
      if (const int* number = argument.tensor()) return node.inputs.push_back(*number);
      const Value* value = argument.value();
      if (value && value->is_none() && param.has_default()) return node.inputs.push_back(GraphNode::kAbsent);
      if (value && (value->is<int64_t>() || value->is<double>()))
        return node.inputs.push_back(scalar_constant(*value));
      fail();
    }
    if (param.kind == ParamKind::kTensors) {
      const auto* items = argument.items();
      if (!items) fail();
      for (const GraphResult& item : *items) {
        const int* number = item.tensor();
        if (!number) fail();
        node.inputs.push_back(*number);
      }
      return;
    }
    const std::optional<Attr> attr = attr_of(param.kind, argument);
    if (!attr) fail();
    node.attrs.push_back(*attr);
  }

  // MindSpore leaves numbers beside tensors as they are, with the type that Python gives them.
  int scalar_constant(const Value& value) {
    const bool whole = value.is<int64_t>();
    const Tensor tensor = Tensor::empty({}, whole ? int64 : float32);
    if (whole) {
      *tensor.mutable_data<int64_t>() = value.as<int64_t>();
    } else {
      *tensor.mutable_data<float>() = static_cast<float>(value.as<double>());
    }
    graph_.constants.emplace_back(graph_.tensor_count, tensor);
    return graph_.tensor_count++;
  }

  static void add_default(GraphNode& node, const Param& param) {
    if (param.kind == ParamKind::kTensor) return node.inputs.push_back(GraphNode::kAbsent);
    if (param.is_attr()) node.attrs.push_back(parse_attr(param.kind, param.default_text));
  }

  static std::optional<Ints> ints_of(const GraphResult& argument) {
    const auto* items = argument.items();
    if (!items) return {};
    Ints out;
    for (const GraphResult& item : *items) {
      const Value* value = item.value();
      if (!value || !value->is<int64_t>()) return {};
      out.push_back(value->as<int64_t>());
    }
    return out;
  }

  static std::optional<Floats> floats_of(const GraphResult& argument) {
    const auto* items = argument.items();
    if (!items) return {};
    Floats out;
    for (const GraphResult& item : *items) {
      const Value* value = item.value();
      if (!value || !(value->is<double>() || value->is<int64_t>())) return {};
      out.push_back(value->as<double>());
    }
    return out;
  }

  static std::optional<Attr> attr_of(ParamKind kind, const GraphResult& argument) {
    if (kind == ParamKind::kInts)
      if (const auto ints = ints_of(argument)) return Attr(*ints);
    if (kind == ParamKind::kFloats)
      if (const auto floats = floats_of(argument)) return Attr(*floats);
    if (kind == ParamKind::kInt)  // a tuple of one is as good
      if (const auto ints = ints_of(argument); ints && ints->size() == 1) return Attr(ints->front());
    const Value* value = argument.value();
    if (!value) return {};
    if (kind == ParamKind::kBool && value->is<bool>()) return Attr(value->as<bool>());
    if (kind == ParamKind::kInt && value->is<int64_t>()) return Attr(value->as<int64_t>());
    if (kind == ParamKind::kFloat && (value->is<double>() || value->is<int64_t>()))
      return Attr(value->as<double>());
    if (kind == ParamKind::kString && value->is<std::string>()) return Attr(value->as<std::string>());
    if (kind == ParamKind::kDType && value->is<std::string>())
      for (int i = 0; i < kDTypeCount; ++i)
        if (name(static_cast<DType>(i)) == value->as<std::string>()) return Attr(static_cast<DType>(i));
    return {};
  }

  io::Bytes file_;
  io::Where where_;
  Graph graph_;
  std::map<std::string, GraphResult> values_;
  std::map<std::string, std::string> primitives_;
};

}  // namespace

Graph load_graph(const std::string& path, const std::optional<io::Encryption>& encryption) {
  auto file = std::make_shared<const io::OpenFile>(kReader, path);
  if (encryption) file = io::decrypted(*file, *encryption);
  const io::MappedFile mapped(file);
  const std::string_view mode = io::encryption_mode(mapped.bytes());
  check<ValueError>(mode.empty(), kReader, ": ", io::in_quotes(path), " is encrypted with ", mode,
                    " and cannot be read without its key");
  return GraphReader(mapped.bytes(), path).run();
}

}  // namespace nucella
