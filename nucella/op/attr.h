// Attr: one attribute of an op call. A small closed variant, so that equality, printing and Python need no
// code per op.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "nucella/base/dtype.h"
#include "nucella/base/shape.h"

namespace nucella {

/// A function carried by a call (a backward hook, a custom bprop, a printer). Compared by identity.
class Callback {
 public:
  virtual ~Callback() = default;
};

using Ints = std::vector<int64_t>;
using Floats = std::vector<double>;

class Attr {
 public:
  using Value =
      std::variant<bool, int64_t, double, std::string, Ints, Floats, DType, std::shared_ptr<Callback>>;

  Attr(bool v) : value_(v) {}
  Attr(int v) : value_(static_cast<int64_t>(v)) {}
  Attr(int64_t v) : value_(v) {}
  Attr(double v) : value_(v) {}
  Attr(const char* v) : value_(std::string(v)) {}
  Attr(std::string_view v) : value_(std::string(v)) {}
  Attr(std::string v) : value_(std::move(v)) {}
  Attr(const Shape& v) : value_(v.vec()) {}
  Attr(Ints v) : value_(std::move(v)) {}
  Attr(Floats v) : value_(std::move(v)) {}
  Attr(DType v) : value_(v) {}
  Attr(std::shared_ptr<Callback> v) : value_(std::move(v)) {}

  /// The value as T; RuntimeError when it is of another kind (a slip in an op's rules, not a user's).
  template <class T>
  const T& as() const {
    const T* v = std::get_if<T>(&value_);
    check<RuntimeError>(v != nullptr, "Attr: wrong kind of attribute");
    return *v;
  }
  const Value& value() const { return value_; }
  friend bool operator==(const Attr&, const Attr&) = default;

 private:
  Value value_;
};

using Attrs = std::span<const Attr>;

/// As Python would write it: `True`, `3`, `0.5`, `'same'`, `(1, 2)`, `Float32`.
void append_to(std::string& out, const Attr& attr);

/// Typed unpacking in rules and kernels: `auto [ta, tb] = unpack<bool, bool>(call.attrs);`
template <class... T>
auto unpack(Attrs attrs) {
  return [&]<size_t... I>(std::index_sequence<I...>) { return std::tuple<const T&...>(attrs[I].as<T>()...); }
  (std::index_sequence_for<T...>{});
}

}  // namespace nucella
