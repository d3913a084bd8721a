// Value: what goes into and comes out of a Cell when its types are not known at compile time.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "nucella/tensor/tensor.h"

namespace nucella {

class Value;
/// A tuple of values: the positional arguments of a call, or several results.
using Values = std::vector<Value>;
/// Keyword arguments or a dict, in order.
using ValueDict = std::vector<std::pair<std::string, Value>>;
/// What Python calls a list; cells see it as they see a tuple, and it comes out as a list again.
struct ValueList {
  Values items;
};

/// An object of another language that passes through C++ cells untouched.
class Opaque {
 public:
  virtual ~Opaque() = default;
};

/// None, a Tensor, a plain scalar, a string, a tuple, a list, a dict, or an opaque object.
class Value {
 public:
  using Variant = std::variant<std::monostate, Tensor, bool, int64_t, double, std::string, DType, Values,
                               ValueList, ValueDict, std::shared_ptr<Opaque>>;

  Value() = default;
  Value(Tensor v) : v_(std::move(v)) {}
  Value(bool v) : v_(v) {}
  Value(int v) : v_(static_cast<int64_t>(v)) {}
  Value(int64_t v) : v_(v) {}
  Value(double v) : v_(v) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(DType v) : v_(v) {}
  Value(Values v) : v_(std::move(v)) {}
  Value(ValueList v) : v_(std::move(v)) {}
  Value(ValueDict v) : v_(std::move(v)) {}
  Value(std::shared_ptr<Opaque> v) : v_(std::move(v)) {}
  Value(const Tensors& v) : v_(Values(v.begin(), v.end())) {}
  template <class... T>
  Value(const std::tuple<T...>& v)
      : v_(std::apply([](const auto&... e) { return Values{Value(e)...}; }, v)) {}
  template <size_t N>
  Value(const std::array<Tensor, N>& v) : v_(Values(v.begin(), v.end())) {}

  bool is_none() const { return std::holds_alternative<std::monostate>(v_); }
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(v_);
  }
  const Variant& variant() const { return v_; }
  /// The elements of a tuple or list, else null.
  const Values* sequence() const {
    if (const auto* list = std::get_if<ValueList>(&v_)) return &list->items;
    return std::get_if<Values>(&v_);
  }

  /// The value as T: a Tensor, bool, int64_t, double, std::string, Values, Tensors, std::tuple<...> or Value
  /// itself; a list will do for a tuple. None becomes an undefined Tensor. TypeError, naming `who`, when it
  /// is something else.
  template <class T>
  T as(std::string_view who = "Value") const;

  /// All tensors in it, depth first.
  Tensors tensors() const;
  /// The same structure with every tensor replaced by `f(tensor)`.
  template <class F>
  Value map_tensors(F&& f) const;

 private:
  Variant v_;
};

/// "Tensor", "int", "tuple", ...: for error texts.
std::string_view kind_of(const Value& value);

namespace detail {
template <class T>
struct is_tuple : std::false_type {};
template <class... T>
struct is_tuple<std::tuple<T...>> : std::true_type {};
[[noreturn]] void wrong_kind(std::string_view who, std::string_view expected, const Value& got);
Tensors value_as_tensors(const Value& value, std::string_view who);
double value_as_double(const Value& value, std::string_view who);
int64_t value_as_int(const Value& value, std::string_view who);

template <class Tuple, size_t... I>
Tuple values_as_tuple(const Values& values, std::string_view who, std::index_sequence<I...>) {
  return Tuple(values[I].template as<std::tuple_element_t<I, Tuple>>(who)...);
}
}  // namespace detail

template <class T>
T Value::as(std::string_view who) const {
  if constexpr (std::is_same_v<T, Value>) {
    return *this;
  } else if constexpr (std::is_same_v<T, Tensors>) {
    return detail::value_as_tensors(*this, who);
  } else if constexpr (detail::is_tuple<T>::value) {
    constexpr size_t n = std::tuple_size_v<T>;
    const Values* values = sequence();
    if (!values || values->size() != n) detail::wrong_kind(who, str("a tuple of ", n), *this);
    return detail::values_as_tuple<T>(*values, who, std::make_index_sequence<n>());
  } else if constexpr (std::is_same_v<T, bool>) {
    if (const bool* v = std::get_if<bool>(&v_)) return *v;
    detail::wrong_kind(who, "bool", *this);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(detail::value_as_double(*this, who));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(detail::value_as_int(*this, who));
  } else {
    if (const T* v = std::get_if<T>(&v_)) return *v;
    if constexpr (std::is_same_v<T, Tensor>) {
      if (is_none()) return Tensor();
    } else if constexpr (std::is_same_v<T, Values>) {
      if (const Values* values = sequence()) return *values;
    }
    detail::wrong_kind(who, std::is_same_v<T, Tensor> ? "Tensor" : "another kind of value", *this);
  }
}

template <class F>
Value Value::map_tensors(F&& f) const {
  if (const Tensor* t = std::get_if<Tensor>(&v_)) return Value(Tensor(f(*t)));
  if (const Values* values = sequence()) {
    Values out;
    out.reserve(values->size());
    for (const Value& v : *values) out.push_back(v.map_tensors(f));
    return is<ValueList>() ? Value(ValueList{std::move(out)}) : Value(std::move(out));
  }
  if (const ValueDict* dict = std::get_if<ValueDict>(&v_)) {
    ValueDict out;
    for (const auto& [key, v] : *dict) out.emplace_back(key, v.map_tensors(f));
    return Value(std::move(out));
  }
  return *this;
}

}  // namespace nucella
