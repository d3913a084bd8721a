#include "op_arguments.h"

#include <algorithm>
#include <array>
#include <set>

#include "bind.h"

namespace nucella::python {
namespace {

nb::object interned(const std::string& text) { return nb::steal(PyUnicode_InternFromString(text.c_str())); }

Attr empty_attr(const Param& param) {
  return param.kind == ParamKind::kDType ? Attr(float32) : Attr(int64_t{0});  // never read: it has no default
}

// The parameter called `wanted` if that is given, else the one called `name` if there is one, else the next.
size_t place_of(std::string_view name, std::string_view wanted, const std::vector<Param>& params,
                const std::vector<bool>& used) {
  const auto called = [&](std::string_view text) {
    size_t at = 0;
    while (at < params.size() && (used[at] || params[at].name != text)) ++at;
    return at;
  };
  if (!wanted.empty()) return called(wanted);
  const size_t same = called(name);
  return same < params.size() ? same : static_cast<size_t>(std::ranges::find(used, false) - used.begin());
}

std::string_view type_in_words(ParamKind kind) {
  constexpr std::array<std::string_view, 10> words = {
      "Tensor, number",     "list of Tensors",  "bool",  "int",     "number", "str",
      "int, tuple of ints", "tuple of numbers", "dtype", "function"};
  return words[static_cast<size_t>(kind)];
}

// The errors that the samples of an op expect, and TypeError: "TypeError, ValueError".
std::string errors_of(const OpEntry& entry) {
  std::set<std::string> names{"TypeError"};
  const std::string_view samples = entry.def->samples;
  for (size_t at = samples.find('!'); at != std::string_view::npos; at = samples.find('!', at + 1))
    names.insert(std::string(samples.substr(at + 1, samples.find(' ', at) - at - 1)));
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool holds_only_integers(const Tensor& t) { return is_integral(t.dtype()) && t.ndim() <= 1; }

}  // namespace

Signature::Signature(const OpEntry& entry, std::string_view function, std::string_view text)
    : entry_(&entry), function_(function) {
  const std::vector<Param> params = parse_signature(entry);
  for (const Param& p : params) {
    if (!p.is_attr()) {
      ++tensors_;
      continue;
    }
    has_attribute_.push_back(p.has_default());
    attributes_.push_back(p.has_default() ? parse_attr(p.kind, p.default_text) : empty_attr(p));
  }
  std::vector<bool> used(params.size());
  for (const std::string& item : split_top_level(text, ','))
    if (!item.empty()) read(item, params, used);
}

void Signature::read(const std::string& item, const std::vector<Param>& params, std::vector<bool>& used) {
  if (item == "*") {
    keyword_only_ = true;
    return;
  }
  Argument argument;
  argument.collects = item[0] == '*';
  const size_t equals = item.find('=');
  std::string name =
      item.substr(argument.collects, equals == std::string::npos ? equals : equals - argument.collects);
  const size_t colon = name.find(':');
  const std::string wanted = colon == std::string::npos ? "" : name.substr(colon + 1);
  name.resize(std::min(colon, name.size()));
  const size_t at = place_of(name, wanted, params, used);
  check<RuntimeError>(at < params.size(), function_, ": the op ", entry_->name, " has no parameter for '",
                      item, "'");
  used[at] = true;
  const Param& param = params[at];
  argument.name = interned(name);
  argument.parameter = param.name;
  argument.kind = param.kind;
  argument.place =
      static_cast<size_t>(std::count_if(params.begin(), params.begin() + static_cast<long>(at),
                                        [&](const Param& p) { return p.is_attr() == param.is_attr(); }));
  argument.required = equals == std::string::npos && !argument.collects;
  argument.keyword_only = keyword_only_;
  const std::string fallback = equals == std::string::npos ? "" : item.substr(equals + 1);
  argument.text = (argument.collects ? "*" : "") + name + (fallback.empty() ? "" : "=" + fallback);
  if (param.is_attr() && !fallback.empty() && fallback != "None") {
    attributes_[argument.place] = parse_attr(param.kind, fallback);
    has_attribute_[argument.place] = true;
  }
  keyword_only_ |= argument.collects;
  arguments_.push_back(std::move(argument));
}

std::string Signature::text() const {
  std::string out = "(";
  bool marked = false;
  for (const Argument& a : arguments_) {
    if (out.size() > 1) out += ", ";
    if (a.keyword_only && !marked) out += "*, ";
    marked |= a.keyword_only || a.collects;
    out += a.text;
  }
  return out + ")";
}

std::string Signature::documentation() const {
  std::string out = entry_->def->doc;
  if (!arguments_.empty()) out += "\n\nArgs:";
  for (const Argument& a : arguments_) {
    const std::string_view name = PyUnicode_AsUTF8(a.name.ptr());
    out += str("\n    ", name, " (", type_in_words(a.kind), a.required ? ")" : ", optional)");
    if (name != a.parameter) out += str(": `", a.parameter, "`");
  }
  return out + "\n\nRaises:\n    " + errors_of(*entry_) +
         ": The arguments are of a wrong type or do not fit together.";
}

void Signature::sort(PyObject* const* args, size_t count, PyObject* names, std::span<PyObject*> given,
                     nb::object& rest) const {
  size_t next = 0;
  for (size_t i = 0; i < arguments_.size() && next < count; ++i) {
    if (arguments_[i].collects) {
      // One sequence stands for itself: x.reshape((2, 3)) is x.reshape(2, 3).
      const bool whole = count - next == 1 && !PyLong_Check(args[next]);
      rest = whole ? nb::borrow(args[next]) : nb::steal(PyTuple_New(static_cast<Py_ssize_t>(count - next)));
      for (size_t j = 0; !whole && next + j < count; ++j)
        PyTuple_SET_ITEM(rest.ptr(), static_cast<Py_ssize_t>(j), Py_NewRef(args[next + j]));
      given[i] = rest.ptr();
      next = count;
    } else if (!arguments_[i].keyword_only) {
      given[i] = args[next++];
    }
  }
  if (next < count)
    raise<TypeError>(function_, "() takes ", next, " positional arguments but ", count, " were given");
  const Py_ssize_t keywords = names ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t k = 0; k < keywords; ++k) {
    PyObject* const name = PyTuple_GET_ITEM(names, k);
    size_t i = 0;
    while (i < arguments_.size() && arguments_[i].name.ptr() != name &&
           PyUnicode_Compare(arguments_[i].name.ptr(), name) != 0)
      ++i;
    if (i == arguments_.size())
      raise<TypeError>(function_, "() got an unexpected keyword argument '", PyUnicode_AsUTF8(name), "'");
    if (given[i])
      raise<TypeError>(function_, "() got multiple values for argument '", PyUnicode_AsUTF8(name), "'");
    given[i] = args[count + static_cast<size_t>(k)];
  }
  for (size_t i = 0; i < arguments_.size(); ++i)
    if (!given[i] && arguments_[i].required)
      raise<TypeError>(function_, "() missing a required argument: '",
                       PyUnicode_AsUTF8(arguments_[i].name.ptr()), "'");
}

void Signature::refuse(const Argument& argument, std::string_view expected, nb::handle got) const {
  raise<TypeError>(function_, ": '", PyUnicode_AsUTF8(argument.name.ptr()), "' must be ", expected, ", got ",
                   object_type(got));
}

Attr Signature::attribute(const Argument& argument, nb::handle value) const {
  PyObject* const o = value.ptr();
  const std::string_view name = PyUnicode_AsUTF8(argument.name.ptr());
  switch (argument.kind) {
    case ParamKind::kBool:
      if (!PyBool_Check(o)) refuse(argument, "a bool", value);
      return o == Py_True;
    case ParamKind::kInt: {
      if (PyBool_Check(o) || !PyIndex_Check(o)) refuse(argument, "an int", value);
      const Py_ssize_t number = PyNumber_AsSsize_t(o, PyExc_OverflowError);
      if (number == -1 && PyErr_Occurred()) nb::raise_python_error();
      return static_cast<int64_t>(number);
    }
    case ParamKind::kFloat: {
      if (PyBool_Check(o) || !PyNumber_Check(o)) refuse(argument, "a number", value);
      const double number = PyFloat_AsDouble(o);
      if (number == -1 && PyErr_Occurred()) nb::raise_python_error();
      return number;
    }
    case ParamKind::kString:
      if (!PyUnicode_Check(o)) refuse(argument, "a str", value);
      return nb::cast<std::string>(value);
    case ParamKind::kInts:
      if (const Tensor* t = tensor_of(value)) {
        if (!holds_only_integers(*t)) refuse(argument, "an int or a tuple of ints", value);
        return t->to_vector<int64_t>();
      }
      return to_shape(value, function_, name);
    case ParamKind::kFloats:
      try {
        return nb::cast<Floats>(value);
      } catch (const nb::cast_error&) {
        refuse(argument, "a list of numbers", value);
      }
    case ParamKind::kDType:
      return to_dtype(value, function_, name);
    default:
      refuse(argument, "left out", value);
  }
}

Signature Signature::bind(nb::dict attributes) const {
  Signature bound = *this;
  for (auto [key, value] : attributes) {
    const auto same_name = [&](const Argument& a) { return PyUnicode_Compare(a.name.ptr(), key.ptr()) == 0; };
    const auto found = std::find_if(bound.arguments_.begin(), bound.arguments_.end(), same_name);
    if (found == bound.arguments_.end())
      raise<TypeError>(function_, "() got an unexpected keyword argument '", nb::str(key).c_str(), "'");
    check<RuntimeError>(found->is_attr(), function_, ": only attributes can be bound");
    if (!value.is_none()) bound.attributes_[found->place] = attribute(*found, value);
    bound.arguments_.erase(found);
  }
  return bound;
}

}  // namespace nucella::python
