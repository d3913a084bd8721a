// Inputs that a Cell declares, and compiling: how set_inputs, compile and calls in GRAPH_MODE check them.
#include "nucella/base/context.h"
#include "nucella/nn/cell_registry.h"

namespace nucella {
namespace {

std::string shape_text(const Shape& shape) {
  return shape.ndim() == 1 && shape[0] == kUnknownRank ? "unknown" : shape.str();
}

void check_tensor(const std::string& where, const Tensor& declared, const Value& got) {
  check<TypeError>(got.is<Tensor>() && got.as<Tensor>().defined(), where, " must be a Tensor, got ",
                   kind_of(got));
  const Tensor t = got.as<Tensor>();
  check<TypeError>(t.dtype() == declared.dtype(), where, " must be of dtype ", declared.dtype(), ", got ",
                   t.dtype());
  const Shape& expected = declared.shape();
  if (expected.ndim() == 1 && expected[0] == kUnknownRank) return;
  check<ValueError>(t.ndim() == expected.ndim(), where, " must have ", expected.ndim(), " dimensions (shape ",
                    shape_text(expected), "), got ", t.ndim(), " (shape ", shape_text(t.shape()), ")");
  for (int i = 0; i < expected.ndim(); ++i)
    check<ValueError>(expected[i] == kUnknownDim || expected[i] == t.shape()[i], where,
                      " must have the shape ", shape_text(expected), ", got ", shape_text(t.shape()));
}

template <class T>
concept PlainValue = std::is_same_v<T, bool> || std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
    std::is_same_v<T, std::string> || std::is_same_v<T, DType>;

void check_value(const std::string& where, const Value& declared, const Value& got);

void check_dict(const std::string& where, const ValueDict& declared, const ValueDict& got) {
  check<ValueError>(declared.size() == got.size(), where, " must have ", declared.size(), " entries, got ",
                    got.size());
  for (size_t i = 0; i < got.size(); ++i) {
    check<ValueError>(declared[i].first == got[i].first, where, " must have the key '", declared[i].first,
                      "', got '", got[i].first, "'");
    check_value(str(where, "['", got[i].first, "']"), declared[i].second, got[i].second);
  }
}

void check_sequence(const std::string& where, const Values& declared, const Values& got) {
  check<ValueError>(declared.size() == got.size(), where, " must have ", declared.size(), " elements, got ",
                    got.size());
  for (size_t i = 0; i < got.size(); ++i) check_value(str(where, "[", i, "]"), declared[i], got[i]);
}

void check_value(const std::string& where, const Value& declared, const Value& got) {
  if (declared.is<Tensor>() && declared.as<Tensor>().defined())
    return check_tensor(where, declared.as<Tensor>(), got);
  check<TypeError>(declared.variant().index() == got.variant().index(), where, " must be a ",
                   kind_of(declared), ", got a ", kind_of(got));
  std::visit(
      [&]<class T>(const T& expected) {
        const T& value = std::get<T>(got.variant());
        if constexpr (std::is_same_v<T, ValueList>) {
          check_sequence(where, expected.items, value.items);
        } else if constexpr (std::is_same_v<T, Values>) {
          check_sequence(where, expected, value);
        } else if constexpr (std::is_same_v<T, ValueDict>) {
          check_dict(where, expected, value);
        } else if constexpr (PlainValue<T>) {
          check<ValueError>(expected == value, where, " must be ", expected, ", got ", value);
        }
      },
      declared.variant());
}

}  // namespace

void check_declared_input(std::string_view who, size_t position, const Value& declared, const Value& got) {
  check_value(str(who, ": input ", position), declared, got);
}

void Cell::check_input_count(const char* method, size_t count) const {
  const auto signature = construct_signature();
  if (!signature || signature->open) return;
  check<TypeError>(count >= signature->required, described(), '.', method, ": construct requires ",
                   signature->required, " positional arguments, got ", count);
  check<TypeError>(count <= signature->names.size(), described(), '.', method, ": construct takes at most ",
                   signature->names.size(), " positional arguments, got ", count);
}

std::vector<std::string> Cell::argument_names() const {
  const auto signature = construct_signature();
  check<TypeError>(signature && !signature->open, described(),
                   ".set_inputs: names need a construct without *args, **kwargs and keyword-only arguments");
  check<TypeError>(std::ranges::none_of(signature->names, &std::string::empty), described(),
                   ".set_inputs: construct does not tell the names of its arguments");
  return signature->names;
}

void Cell::set_inputs(const Values& inputs, const ValueDict& named) {
  check<ValueError>(inputs.empty() || named.empty(), described(),
                    ".set_inputs: expected inputs by position or by name, got ", inputs.size(), " and ",
                    named.size());
  DeclaredInputs declared;
  if (named.empty()) {
    if (execution_mode() == Mode::kGraph) check_input_count("set_inputs", inputs.size());
    declared.all = inputs;
  } else {
    const std::vector<std::string> names = argument_names();
    for (const auto& [name, value] : named) {
      const auto at = std::ranges::find(names, name);
      std::string known;
      for (const std::string& n : names) known += str(known.empty() ? "'" : ", '", n, "'");
      check<ValueError>(at != names.end(), described(), ".set_inputs: the arguments of construct are [",
                        known, "], got '", name, "'");
      declared.some.emplace_back(at - names.begin(), value);
    }
    declared.named = named;
  }
  settings().inputs = std::move(declared);
}

Value Cell::get_inputs() const {
  if (!settings_ || !settings_->inputs) return {};
  const DeclaredInputs& declared = *settings_->inputs;
  return declared.all ? Value(*declared.all) : Value(declared.named);
}

// Keyword arguments stand where construct has them; those it does not name are left to it.
void Cell::check_declared_inputs(const Arguments& arguments) const {
  const DeclaredInputs& declared = *settings_->inputs;
  std::vector<std::pair<size_t, Value>> given;
  for (const Value& input : arguments.inputs) given.emplace_back(given.size(), input);
  if (const auto signature = construct_signature(); signature)
    for (const auto& [name, value] : arguments.keywords)
      if (const auto at = std::ranges::find(signature->names, name); at != signature->names.end())
        given.emplace_back(at - signature->names.begin(), value);
  if (declared.all && !declared.all->empty()) {
    check<TypeError>(given.size() == declared.all->size(), described(), ": expected ", declared.all->size(),
                     " inputs as set_inputs has declared, got ", given.size());
    for (const auto& [position, value] : given)
      if (position < declared.all->size())
        check_declared_input(described(), position + 1, (*declared.all)[position], value);
  }
  for (const auto& [expected_at, expected] : declared.some)
    for (const auto& [position, value] : given)
      if (position == expected_at) check_declared_input(described(), position + 1, expected, value);
}

void Cell::compile(const Values& inputs, const ValueDict& keywords) {
  check_input_count("compile", inputs.size() + keywords.size());
  if (settings_ && settings_->inputs) check_declared_inputs({inputs, keywords});
  if (!plain_call()) get_ready();
}

Value Cell::compile_and_run(const Values& inputs, const ValueDict& keywords) {
  compile(inputs, keywords);
  return call(inputs, keywords);
}

}  // namespace nucella
