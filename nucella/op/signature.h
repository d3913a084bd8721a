// The parameters of an op, read from its line in the list: names, kinds and defaults for tests, Python and
// docs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "nucella/op/op.h"

namespace nucella {

enum class ParamKind : uint8_t {
  kTensor,
  kTensors,
  kBool,
  kInt,
  kFloat,
  kString,
  kInts,
  kFloats,
  kDType,
  kCallback,
};

/// One parameter of an op.
struct Param {
  std::string name;
  ParamKind kind = ParamKind::kTensor;
  /// The default as C++ writes it ("-1", "{}"); empty: the argument must be given.
  std::string default_text;

  bool is_attr() const { return kind != ParamKind::kTensor && kind != ParamKind::kTensors; }
  bool has_default() const { return !default_text.empty(); }
};

/// The parameters of `entry` in order. RuntimeError for a signature that this cannot read (a slip in the
/// list).
std::vector<Param> parse_signature(const OpEntry& entry);

/// An attribute from text, as Python or C++ write it: `True`, `3`, `0.5`, `'same'`, `(1, 2)`, `{}`,
/// `float16`. ValueError when it does not read as `kind`.
Attr parse_attr(ParamKind kind, std::string_view text);

/// `text` cut at every `separator` that stands outside brackets, braces, parentheses and quotes; blanks
/// trimmed.
std::vector<std::string> split_top_level(std::string_view text, char separator);

}  // namespace nucella
