// load_graph.
#include <map>

#include "nucella/io/mapped_file.h"
#include "nucella/io/mind_ir.h"
#include "nucella/io/mind_ir_format.h"
#include "nucella/io/unicode.h"
#include "nucella/ops/ops.h"
#include "nucella/train/graph_file.h"
#include "nucella/train/graph_format.h"

namespace nucella {
namespace {

using namespace io::mind_ir;
using namespace train::mindir;
using Items = std::vector<GraphResult>;

constexpr const char* kReader = "load_graph";
constexpr size_t kLargestTuple = 1 << 16;

// Builds the graph while its records come in.
class GraphReader final : public Visitor {
 public:
  explicit GraphReader(const std::string& path) : where_{kReader, path} {}

  Graph run(io::Bytes file) {
    read_mind_ir(file, where_, *this);
    graph_.result = named(output_);
    return std::move(graph_);
  }

 private:
  void primitive(std::string_view name, std::string_view op) override { primitives_.emplace(name, op); }

  void parameter(const TensorRecord& record) override {
    const std::string_view name = record.ref_key.empty() ? record.name : record.ref_key;
    const Parameter param = Parameter::adopting(record_tensor(record, where_), std::string(name));
    graph_.parameters.emplace_back(new_tensor(record.name), param);
  }

  void input(std::string_view name, const TensorRecord& type) override {
    const Shape shape = record_shape(type, where_);
    const DType dtype = record_dtype(type, where_);
    graph_.inputs.push_back({new_tensor(name), shape, dtype});
  }

  void output(std::string_view name) override { output_ = name; }

  void node(const NodeRecord& record) override {
    if (record.op_type == kConstant) {
      check<ValueError>(record.attribute.has_value(), where_, ": the constant ", io::in_quotes(record.output),
                        " has no value");
      return set_value(record.output, value_of(*record.attribute));
    }
    Items arguments;
    for (const std::string_view input : record.inputs) arguments.push_back(named(input));
    set_value(record.output, call(op_name(record.op_type), arguments));
  }

  // --- values ------------------------------------------------------------------------------------------

  void set_value(std::string_view name, GraphResult value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }

  int new_tensor(std::string_view name) {
    set_value(name, graph_.tensor_count);
    return graph_.tensor_count++;
  }

  const GraphResult& named(std::string_view name) const {
    const auto found = values_.find(name);
    check<ValueError>(found != values_.end(), where_, ": ", io::in_quotes(name), " is used and nowhere made");
    return found->second;
  }

  GraphResult value_of(const Attribute& attribute) {
    switch (attribute.type) {
      case kTypeBool:
        return Value(attribute.integer != 0);
      case kTypeInt32:
      case kTypeInt64:
        return Value(attribute.integer);
      case kTypeFloat:
      case kTypeDouble:
        return Value(attribute.real);
      case kTypeString:
        return Value(std::string(attribute.text));
      case kTypeTuple:
      case kTypeList: {
        Items items;
        for (const Attribute& item : attribute.items) items.push_back(value_of(item));
        return items;
      }
      case kTypeTensors:
        check<ValueError>(attribute.tensor != nullptr, where_, ": a constant tensor has no content");
        return constant(record_tensor(*attribute.tensor, where_));
      default:
        return Value();
    }
  }

  int constant(Tensor value) {
    graph_.constants.emplace_back(graph_.tensor_count, std::move(value));
    return graph_.tensor_count++;
  }

  // --- calls -------------------------------------------------------------------------------------------

  std::string_view op_name(std::string_view op_type) const {
    if (!op_type.starts_with(kReference)) return op_type;
    const auto found = primitives_.find(op_type.substr(kReference.size()));
    check<ValueError>(found != primitives_.end(), where_, ": the file lists no primitive for ",
                      io::in_quotes(op_type));
    return found->second;
  }

  GraphResult call(std::string_view op, Items& arguments) {
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
    return constant(tensor);
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

  io::Where where_;
  Graph graph_;
  std::string_view output_;
  std::map<std::string, GraphResult, std::less<>> values_;
  std::map<std::string_view, std::string_view> primitives_;
};

}  // namespace

Graph load_graph(const std::string& path, const std::optional<io::Encryption>& encryption) {
  auto file = std::make_shared<const io::OpenFile>(kReader, path);
  if (encryption) file = io::decrypted(*file, *encryption);
  const io::MappedFile mapped(file);
  const std::string_view mode = io::encryption_mode(mapped.bytes());
  check<ValueError>(mode.empty(), kReader, ": ", io::in_quotes(path), " is encrypted with ", mode,
                    " and cannot be read without its key");
  return GraphReader(path).run(mapped.bytes());
}

}  // namespace nucella
