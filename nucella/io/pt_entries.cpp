#include "nucella/io/pt_entries.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using Kind = PickleNode::Kind;
using Index = PickleNode::Index;

constexpr int kDeepest = 100;
// A dict that occurs in many places gives many names; so many for each byte of the pickle will do for all
// that is meant.
constexpr uint64_t kNameBytesPerByte = 64, kNameBytesAtLeast = uint64_t{1} << 20;
// A tensor with strides of zero has more elements than its storage; a small one may.
constexpr uint64_t kLargestRepetition = uint64_t{1} << 20;

struct TypeName {
  std::string_view dtype;    // of module "torch"
  std::string_view storage;  // of module "torch"; empty: only in storages without a type
  DType type;
};
constexpr std::array<TypeName, kDTypeCount> kTypes = {{{"bool", "BoolStorage", bool_},
                                                       {"int8", "CharStorage", int8},
                                                       {"int16", "ShortStorage", int16},
                                                       {"int32", "IntStorage", int32},
                                                       {"int64", "LongStorage", int64},
                                                       {"uint8", "ByteStorage", uint8},
                                                       {"uint16", "", uint16},
                                                       {"uint32", "", uint32},
                                                       {"uint64", "", uint64},
                                                       {"float16", "HalfStorage", float16},
                                                       {"bfloat16", "BFloat16Storage", bfloat16},
                                                       {"float32", "FloatStorage", float32},
                                                       {"float64", "DoubleStorage", float64}}};

std::optional<DType> find_type(std::string_view name, std::string_view TypeName::*column) {
  const auto found = std::ranges::find(kTypes, name, column);
  if (name.empty() || found == kTypes.end()) return {};
  return found->type;
}
std::optional<DType> dtype_named(const PickleNode& global) {
  return find_type(global.text, &TypeName::dtype);
}

// Below, names of globals do without their modules: on the list they are unique.
constexpr std::pair<std::string_view, std::string_view> kGlobals[] = {
    {"collections", "OrderedDict"},
    {"collections", "Counter"},
    {"torch._utils", "_rebuild_tensor_v2"},
    {"torch._utils", "_rebuild_tensor_v3"},
    {"torch._utils", "_rebuild_parameter"},
    {"torch._utils", "_rebuild_parameter_with_state"},
    {"torch.storage", "UntypedStorage"},
    {"torch", "Size"},
    {"torch", "device"}};

bool is_dict_class(const PickleNode& global) {
  return global.text == "OrderedDict" || global.text == "Counter";
}

class Flattener {
 public:
  Flattener(const Pickle& pickle, uint64_t pickle_bytes, const Where& where)
      : pickle_(pickle),
        where_(where),
        name_bytes_left_(kNameBytesAtLeast + kNameBytesPerByte * pickle_bytes) {}

  std::vector<PtEntry> run() {
    add("", pickle_.root(), 0);
    std::unordered_set<std::string_view> seen;
    for (const PtEntry& entry : entries_) {
      where_.offset = entry.offset;
      check<ValueError>(seen.insert(entry.name).second, where_, ": two values have the name ",
                        in_quotes(entry.name));
    }
    return std::move(entries_);
  }

 private:
  const PickleNode& at(Index node) const { return pickle_[node]; }
  const PickleNode& callee(const PickleNode& call) const { return at(call.items[0]); }
  const std::vector<Index>& arguments(const PickleNode& call) const { return at(call.items[1]).items; }
  // Where `node` stands, for errors about it.
  Where at_node(const PickleNode& node) const {
    return {where_.reader, where_.file, where_.entry, node.offset};
  }

  [[noreturn]] void refuse(std::string_view name, const PickleNode& node, std::string_view what) const {
    raise<ValueError>(at_node(node), ": the value ", in_quotes(name), " is ", what);
  }

  void add(const std::string& name, const PickleNode& node, int depth) {
    check<ValueError>(depth <= kDeepest, at_node(node), ": the values nest deeper than ", kDeepest);
    check<ValueError>(name.size() < name_bytes_left_, at_node(node),
                      ": the names of the values have more text than a file of this size can have meant");
    name_bytes_left_ -= name.size() + 1;
    switch (node.kind) {
      case Kind::kNone:
        return;
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kFloat:
        return push(name, node, numbers({&node}, Shape{}));
      case Kind::kText:
        return push(name, node, node.text);
      case Kind::kTuple:
      case Kind::kList:
        return add_sequence(name, node, depth);
      case Kind::kDict:
        return add_dict(name, node, 0, depth);
      case Kind::kGlobal:
        if (!dtype_named(node)) refuse(name, node, str("the function or class ", in_quotes(node.text)));
        return push(name, node, node.text);
      case Kind::kCall:
        return add_call(name, node, depth);
      case Kind::kPersistent:
        refuse(name, node, "a storage, not a tensor");
    }
  }

  void push(const std::string& name, const PickleNode& node, decltype(PtEntry::value) value) {
    entries_.push_back({name.empty() ? "tensor" : name, node.offset, std::move(value)});
  }

  static std::string joined(const std::string& prefix, std::string_view key) {
    return prefix.empty() ? std::string(key) : str(prefix, '.', key);
  }

  // Of one kind.
  static PtNumbers numbers(const std::vector<const PickleNode*>& nodes, const Shape& shape) {
    const Kind kind = nodes[0]->kind;
    PtNumbers out{kind == Kind::kBool ? bool_ : kind == Kind::kInt ? int64 : float64, shape, {}};
    for (const PickleNode* node : nodes) {
      if (kind == Kind::kFloat) {
        out.content.append(reinterpret_cast<const char*>(&node->real), sizeof(double));
      } else {
        out.content.append(reinterpret_cast<const char*>(&node->integer),
                           static_cast<size_t>(itemsize(out.dtype)));
      }
    }
    return out;
  }

  void add_sequence(const std::string& name, const PickleNode& sequence, int depth) {
    if (sequence.items.empty()) return;
    std::vector<const PickleNode*> nodes;
    for (const Index item : sequence.items) nodes.push_back(&at(item));
    const Kind kind = nodes[0]->kind;
    const bool numeric = kind == Kind::kBool || kind == Kind::kInt || kind == Kind::kFloat;
    if (numeric && std::ranges::all_of(nodes, [&](const PickleNode* node) { return node->kind == kind; }))
      return push(name, sequence, numbers(nodes, {static_cast<int64_t>(nodes.size())}));
    for (size_t i = 0; i < nodes.size(); ++i) add(joined(name, std::to_string(i)), *nodes[i], depth + 1);
  }

  // Keys and values from the item `first` on.
  void add_dict(const std::string& name, const PickleNode& node, size_t first, int depth) {
    for (size_t i = first; i + 1 < node.items.size(); i += 2) {
      const PickleNode& key = at(node.items[i]);
      check<ValueError>(key.kind == Kind::kText || key.kind == Kind::kInt, at_node(key),
                        ": a key of the dict ", in_quotes(name), " must be a text or an integer");
      add(joined(name, key.kind == Kind::kText ? std::string(key.text) : std::to_string(key.integer)),
          at(node.items[i + 1]), depth + 1);
    }
  }

  void add_call(const std::string& name, const PickleNode& call, int depth) {
    const PickleNode& function = callee(call);
    const std::vector<Index>& args = arguments(call);
    if (is_dict_class(function)) {
      check<ValueError>(args.size() <= 1, at_node(call), ": expected at most one argument of ",
                        function.text);
      if (!args.empty()) add(name, at(args[0]), depth + 1);
      return add_dict(name, call, 2, depth);
    }
    check<ValueError>(call.items.size() == 2, at_node(call), ": items are set of something that is no dict");
    if (function.text == "Size" || function.text == "device") {
      check<ValueError>(!args.empty(), at_node(call), ": ", function.text, " lacks its argument");
      return add(name, at(args[0]), depth + 1);
    }
    push(name, call, tensor(name, call));
  }

  // --- tensors
  // -------------------------------------------------------------------------------------------------------

  const PickleNode& argument(const PickleNode& call, size_t i, Kind kind) const {
    const std::vector<Index>& args = arguments(call);
    check<ValueError>(i < args.size() && at(args[i]).kind == kind, at_node(call), ": argument ", i, " of ",
                      callee(call).text, " is missing or of a wrong type");
    return at(args[i]);
  }

  PtTensor tensor(const std::string& name, const PickleNode& outer) const {
    const bool is_parameter = callee(outer).text.starts_with("_rebuild_parameter");
    const PickleNode& call = is_parameter ? argument(outer, 0, Kind::kCall) : outer;
    const bool has_dtype = callee(call).text == "_rebuild_tensor_v3";
    check<ValueError>(has_dtype || callee(call).text == "_rebuild_tensor_v2", at_node(call), ": the value ",
                      in_quotes(name), " is no tensor but what ", in_quotes(callee(call).text), " makes");
    PtTensor out;
    read_storage(argument(call, 0, Kind::kPersistent),
                 has_dtype ? &argument(call, 6, Kind::kGlobal) : nullptr, out);
    out.first = argument(call, 1, Kind::kInt).integer;
    out.shape = extents(name, argument(call, 2, Kind::kTuple));
    out.strides = extents(name, argument(call, 3, Kind::kTuple));
    check_geometry(name, call, out);
    return out;
  }

  // The id ("storage", class, key, device, number of elements).
  void read_storage(const PickleNode& persistent, const PickleNode* dtype, PtTensor& out) const {
    const PickleNode& id = at(persistent.items[0]);
    const auto field = [&](size_t i, Kind kind) -> const PickleNode& {
      check<ValueError>(id.kind == Kind::kTuple && i < id.items.size() && at(id.items[i]).kind == kind,
                        at_node(id), ": element ", i,
                        " of a storage's description is missing or of a wrong type");
      return at(id.items[i]);
    };
    check<ValueError>(field(0, Kind::kText).text == "storage", at_node(id),
                      ": expected the description of a storage");
    const PickleNode& storage = field(1, Kind::kGlobal);
    const bool untyped = storage.text == "UntypedStorage";
    const auto type = dtype ? dtype_named(*dtype) : find_type(storage.text, &TypeName::storage);
    check<ValueError>(type && untyped == (dtype != nullptr), at_node(id), ": the storage ",
                      in_quotes(storage.text), " has no dtype that nucella has");
    out.dtype = *type;
    out.storage = field(2, Kind::kText).text;
    const int64_t count = field(4, Kind::kInt).integer;
    int64_t bytes = 0;
    check<ValueError>(count >= 0 && !__builtin_mul_overflow(count, untyped ? 1 : itemsize(*type), &bytes),
                      at_node(id), ": a storage cannot have ", count, " elements");
    out.storage_bytes = static_cast<uint64_t>(bytes);
  }

  Shape extents(const std::string& name, const PickleNode& tuple) const {
    check<ValueError>(tuple.items.size() <= kMaxDims, at_node(tuple), ": the tensor ", in_quotes(name),
                      " has ", tuple.items.size(), " dims, at most ", kMaxDims, " are supported");
    Shape out;
    for (const Index item : tuple.items) {
      check<ValueError>(at(item).kind == Kind::kInt && at(item).integer >= 0, at_node(tuple),
                        ": shape and strides of ", in_quotes(name), " must be integers >= 0");
      out.push_back(at(item).integer);
    }
    return out;
  }

  void check_geometry(const std::string& name, const PickleNode& call, PtTensor& out) const {
    const Where where{where_.reader, where_.file, name, call.offset};
    check<ValueError>(out.shape.ndim() == out.strides.ndim(), where, ": the shape ", out.shape,
                      " and the strides ", out.strides, " must have the same length");
    const uint64_t dense = dense_bytes(out.shape, out.dtype, where);
    if (out.shape.numel() == 0) {
      out.strides = contiguous_strides(out.shape);
      out.first = 0;
      return;
    }
    int64_t end = 0;
    bool fits = out.first >= 0 && !__builtin_add_overflow(out.first, 1, &end);
    for (int axis = 0; fits && axis < out.shape.ndim(); ++axis) {
      int64_t span = 0;
      fits = !__builtin_mul_overflow(out.shape[axis] - 1, out.strides[axis], &span) &&
             !__builtin_add_overflow(end, span, &end);
    }
    fits = fits && !__builtin_mul_overflow(end, itemsize(out.dtype), &end);
    check<ValueError>(fits && static_cast<uint64_t>(end) <= out.storage_bytes, where, ": shape ", out.shape,
                      " with strides ", out.strides, " from element ", out.first, " of ", out.dtype,
                      " leaves the storage, which has ", out.storage_bytes, " bytes");
    check<ValueError>(dense <= std::max(out.storage_bytes, kLargestRepetition), where, ": shape ", out.shape,
                      " repeats a storage of ", out.storage_bytes, " bytes up to ", dense,
                      "; save a contiguous tensor");
  }

  const Pickle& pickle_;
  Where where_;
  uint64_t name_bytes_left_;
  std::vector<PtEntry> entries_;
};

}  // namespace

bool is_pt_global(std::string_view module, std::string_view name) {
  const bool is_type = find_type(name, &TypeName::dtype) || find_type(name, &TypeName::storage);
  return (module == "torch" && is_type) ||
         std::ranges::find(kGlobals, std::pair(module, name)) != std::end(kGlobals);
}

std::vector<PtEntry> flatten_pt(const Pickle& pickle, uint64_t pickle_bytes, const Where& where) {
  return Flattener(pickle, pickle_bytes, where).run();
}

}  // namespace nucella::io
