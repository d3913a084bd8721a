#include "nucella/op/signature.h"

#include <array>
#include <charconv>

namespace nucella {
namespace {

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// What lies between the first and the last character, which must be a pair of brackets.
std::string_view unwrap(std::string_view text, std::string_view what) {
  check<ValueError>(text.size() >= 2 && is_one_of(text.front(), "({[") && is_one_of(text.back(), ")}]"), what,
                    ": expected a list in parentheses, got '", text, "'");
  return text.substr(1, text.size() - 2);
}

ParamKind kind_of(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, ParamKind>, 12> kKinds = {{
      {"Tensor", ParamKind::kTensor},
      {"Tensors", ParamKind::kTensors},
      {"bool", ParamKind::kBool},
      {"int64_t", ParamKind::kInt},
      {"int", ParamKind::kInt},
      {"double", ParamKind::kFloat},
      {"std::string", ParamKind::kString},
      {"Shape", ParamKind::kInts},
      {"Ints", ParamKind::kInts},
      {"Floats", ParamKind::kFloats},
      {"DType", ParamKind::kDType},
      {"std::shared_ptr<Callback>", ParamKind::kCallback},
  }};
  if (type.starts_with("const ")) type.remove_prefix(6);
  if (type.ends_with("&")) type.remove_suffix(1);
  type = trim(type);
  for (const auto& [name, kind] : kKinds)
    if (type == name) return kind;
  raise<RuntimeError>("signature: unknown parameter type '", type, "'");
}

template <class T>
T number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  check<ValueError>(error == std::errc{} && end == text.data() + text.size(),
                    "attribute: expected a number, got '", text, "'");
  return value;
}

template <class T>
std::vector<T> numbers(std::string_view text) {
  std::vector<T> values;
  if (!text.empty() && !is_one_of(text.front(), "({[")) return {number<T>(text)};  // one stands for a list
  for (const std::string& part : split_top_level(unwrap(text, "attribute"), ','))
    if (!part.empty()) values.push_back(number<T>(part));
  return values;
}

bool truth(std::string_view text) {
  const bool yes = text == "True" || text == "true";
  check<ValueError>(yes || text == "False" || text == "false", "attribute: expected True or False, got '",
                    text, "'");
  return yes;
}

std::string quoted(std::string_view text) {
  check<ValueError>(text.size() >= 2 && text.front() == text.back() && is_one_of(text.front(), "'\""),
                    "attribute: expected text in quotes, got '", text, "'");
  return std::string(text.substr(1, text.size() - 2));
}

}  // namespace

std::vector<std::string> split_top_level(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (is_one_of(c, "'\"")) {
      quote = c;
    } else if (is_one_of(c, "([{<")) {
      ++depth;
    } else if (is_one_of(c, ")]}>")) {
      --depth;
    } else if (c == separator && depth == 0) {
      parts.emplace_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  parts.emplace_back(trim(text.substr(start)));
  return parts;
}

std::vector<Param> parse_signature(const OpEntry& entry) {
  std::vector<Param> params;
  for (const std::string& text : split_top_level(unwrap(entry.signature, entry.name), ',')) {
    if (text.empty()) continue;
    Param param;
    const size_t equals = text.find('=');
    std::string_view head = trim(std::string_view(text).substr(0, equals));
    if (equals != std::string::npos) param.default_text = trim(std::string_view(text).substr(equals + 1));
    const size_t name = head.find_last_of(" &") + 1;
    param.name = head.substr(name);
    param.kind = kind_of(trim(head.substr(0, name)));
    params.push_back(std::move(param));
  }
  return params;
}

Attr parse_attr(ParamKind kind, std::string_view text) {
  text = trim(text);
  switch (kind) {
    case ParamKind::kBool:
      return truth(text);
    case ParamKind::kInt:
      return number<int64_t>(text);
    case ParamKind::kFloat:
      return number<double>(text);
    case ParamKind::kString:
      return quoted(text);
    case ParamKind::kInts:
      return numbers<int64_t>(text);
    case ParamKind::kFloats:
      return numbers<double>(text);
    case ParamKind::kDType:
      return dtype_from_name(text);
    default:
      raise<ValueError>("attribute: this kind of parameter has no text form, got '", text, "'");
  }
}

}  // namespace nucella
