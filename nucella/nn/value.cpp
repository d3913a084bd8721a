#include "nucella/nn/value.h"

namespace nucella {
namespace {

void collect(const Value& value, Tensors& out) {
  if (const Tensor* t = std::get_if<Tensor>(&value.variant())) {
    out.push_back(*t);
  } else if (const Values* values = value.sequence()) {
    for (const Value& v : *values) collect(v, out);
  } else if (const ValueDict* dict = std::get_if<ValueDict>(&value.variant())) {
    for (const auto& [key, v] : *dict) collect(v, out);
  }
}

}  // namespace

Tensors Value::tensors() const {
  Tensors out;
  collect(*this, out);
  return out;
}

std::string_view kind_of(const Value& value) {
  constexpr std::string_view kinds[] = {"None",  "Tensor", "bool", "int",  "float", "str",
                                        "dtype", "tuple",  "list", "dict", "object"};
  return kinds[value.variant().index()];
}

namespace detail {

void wrong_kind(std::string_view who, std::string_view expected, const Value& got) {
  raise<TypeError>(who, ": expected ", expected, ", got ", kind_of(got));
}

Tensors value_as_tensors(const Value& value, std::string_view who) {
  if (value.is<Tensor>()) return {value.as<Tensor>(who)};
  const Values* values = value.sequence();
  if (!values) wrong_kind(who, "a tuple of Tensors", value);
  Tensors out;
  for (const Value& v : *values) out.push_back(v.as<Tensor>(who));
  return out;
}

double value_as_double(const Value& value, std::string_view who) {
  if (const double* v = std::get_if<double>(&value.variant())) return *v;
  if (const int64_t* v = std::get_if<int64_t>(&value.variant())) return static_cast<double>(*v);
  wrong_kind(who, "float", value);
}

int64_t value_as_int(const Value& value, std::string_view who) {
  if (const int64_t* v = std::get_if<int64_t>(&value.variant())) return *v;
  wrong_kind(who, "int", value);
}

}  // namespace detail
}  // namespace nucella
