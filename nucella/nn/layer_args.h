// What layers take in their constructors: initial values (WeightInit) and sizes given once or per axis
// (Extents).
#pragma once
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

#include "nucella/nn/cell.h"

namespace nucella::nn {

/// The value of `weight_init`, `bias_init`, ...: nothing (the layer's own default), an initializer's name, a
/// number, an Initializer, or a Tensor of the parameter's shape.
class WeightInit {
 public:
  WeightInit() = default;
  WeightInit(const char* name) : value_(std::string(name)) {}
  WeightInit(std::string name) : value_(std::move(name)) {}
  WeightInit(double value) : value_(value) {}
  WeightInit(int value) : value_(static_cast<int64_t>(value)) {}
  WeightInit(InitializerPtr init) : value_(std::move(init)) {}
  WeightInit(Tensor value) : value_(std::move(value)) {}
  template <std::derived_from<Initializer> I>
  WeightInit(I init) : value_(InitializerPtr(std::make_shared<const I>(std::move(init)))) {}

  bool given() const { return !std::holds_alternative<std::monostate>(value_); }
  /// *this when given, else `fallback`.
  WeightInit or_default(WeightInit fallback) const { return given() ? *this : std::move(fallback); }
  /// Declares the parameter `name` of `owner`. ValueError names `owner` when a Tensor has another shape or
  /// dtype.
  Parameter declare(Cell& owner, std::string_view name, const Shape& shape, DType dtype) const;
  /// As MindSpore prints the argument.
  std::string repr() const;

 private:
  std::variant<std::monostate, std::string, int64_t, double, InitializerPtr, Tensor> value_;
};

/// A size for all axes at once (`3`) or one for each (`{3, 5}`).
class Extents {
 public:
  Extents(int64_t all) : values_{all}, single_(true) {}
  Extents(int all) : Extents(static_cast<int64_t>(all)) {}
  Extents(std::initializer_list<int64_t> values) : values_(values) {}
  Extents(std::vector<int64_t> values) : values_(std::move(values)) {}

  /// One number per axis. TypeError, naming `who` and `argument`, when the count is another than `axes`.
  std::vector<int64_t> expand(size_t axes, std::string_view who, std::string_view argument) const;
  /// ValueError unless every number is at least `least`.
  const Extents& check_least(int64_t least, std::string_view who, std::string_view argument) const;
  bool is_single() const { return single_; }
  const std::vector<int64_t>& values() const { return values_; }
  /// `3` or `(3, 5)`.
  std::string repr() const;

 private:
  std::vector<int64_t> values_;
  bool single_ = false;
};

/// ValueError unless `value` > 0. Returns it.
int64_t check_positive(int64_t value, std::string_view who, std::string_view argument);
/// ValueError unless `value` is one of `choices`. Returns it.
const std::string& check_choice(const std::string& value, std::initializer_list<std::string_view> choices,
                                std::string_view who, std::string_view argument);
/// Python's spelling: "True", "False".
std::string_view python_bool(bool value);
/// Python's spelling of a float: "0.5", "1.0", "1e-05".
std::string python_float(double value);

}  // namespace nucella::nn
