#include "nucella/nn/layer_args.h"

#include <algorithm>
#include <charconv>

#include "nucella/nn/lazy_tensor.h"

namespace nucella::nn {

Parameter WeightInit::declare(Cell& owner, std::string_view name, const Shape& shape, DType dtype) const {
  if (const auto* text = std::get_if<std::string>(&value_))
    return Parameter(owner, name, initializer(*text, shape, dtype));
  if (const auto* number = std::get_if<int64_t>(&value_))
    return Parameter(owner, name, initializer(static_cast<double>(*number), shape, dtype));
  if (const auto* number = std::get_if<double>(&value_))
    return Parameter(owner, name, initializer(*number, shape, dtype));
  if (const auto* tensor = std::get_if<Tensor>(&value_)) {
    check<ValueError>(tensor->shape() == shape, "For '", owner.class_name(),
                      "', the shape of the initial value of '", name, "' must be ", shape, ", got ",
                      tensor->shape());
    const LazyTensor* lazy = lazy_of(*tensor);
    return lazy ? Parameter(owner, name, *lazy) : Parameter(owner, name, *tensor);
  }
  const auto* init = std::get_if<InitializerPtr>(&value_);
  check<TypeError>(init && *init, "For '", owner.class_name(), "', '", name,
                   "' needs an initial value, got none");
  return Parameter(owner, name, initializer(*init, shape, dtype));
}

std::string WeightInit::repr() const {
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  if (const auto* number = std::get_if<int64_t>(&value_)) return str(*number);
  if (const auto* number = std::get_if<double>(&value_)) return python_float(*number);
  if (const auto* init = std::get_if<InitializerPtr>(&value_)) return str("<", (*init)->class_name(), ">");
  if (const auto* tensor = std::get_if<Tensor>(&value_)) return str("Tensor(shape=", tensor->shape(), ")");
  return "None";
}

std::vector<int64_t> Extents::expand(size_t axes, std::string_view who, std::string_view argument) const {
  if (single_) return std::vector<int64_t>(axes, values_[0]);
  check<TypeError>(values_.size() == axes, "For '", who, "', '", argument, "' must be an int or a tuple of ",
                   axes, " ints, got ", repr());
  return values_;
}

const Extents& Extents::check_least(int64_t least, std::string_view who, std::string_view argument) const {
  for (int64_t v : values_)
    check<ValueError>(v >= least, "For '", who, "', '", argument, "' must be at least ", least, ", got ",
                      repr());
  return *this;
}

std::string Extents::repr() const { return single_ ? str(values_[0]) : Shape(values_).str(); }

int64_t check_positive(int64_t value, std::string_view who, std::string_view argument) {
  check<ValueError>(value > 0, "For '", who, "', '", argument, "' must be greater than 0, got ", value);
  return value;
}

const std::string& check_choice(const std::string& value, std::initializer_list<std::string_view> choices,
                                std::string_view who, std::string_view argument) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string list;
  for (std::string_view choice : choices) list += str(list.empty() ? "'" : ", '", choice, "'");
  raise<ValueError>("For '", who, "', '", argument, "' must be one of ", list, ", got '", value, "'");
}

std::string_view python_bool(bool value) { return value ? "True" : "False"; }

std::string python_float(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  std::string result(text, end);
  if (result.find_first_of(".en") == std::string::npos) result += ".0";
  return result;
}

}  // namespace nucella::nn
