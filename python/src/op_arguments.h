// From Python's arguments to a Call: the parameters of a function that stands for an op.
#pragma once
#include <string>
#include <vector>

#include "convert.h"
#include "nucella/op/signature.h"

namespace nucella::python {

/// One parameter of the function: what it is called in Python, and where in the call it goes.
struct Argument {
  nb::object name;  ///< an interned str
  ParamKind kind = ParamKind::kTensor;
  size_t place = 0;       ///< among the tensor parameters of the op, or among its attributes
  std::string parameter;  ///< what the op calls it
  std::string text;       ///< as it stands in the signature: "axis=None"
  bool required = true;
  bool keyword_only = false;
  bool collects = false;  ///< `*shape`: takes all positional arguments that are left

  bool is_attr() const { return kind != ParamKind::kTensor && kind != ParamKind::kTensors; }
};

/// The parameters of a function, read from MindSpore's signature of it.
///
/// `text` is "input, axis=None, keep_dims=False": a name stands for the parameter of the op that is called
/// so, else for the next one, `name:param` for the one called `param`. After `*` they are given by keyword
/// only; `*name` collects. What `text` leaves out keeps the op's own default, and so does what is None.
class Signature {
 public:
  /// RuntimeError when `text` does not fit the op (a slip in a table, not a user's).
  Signature(const OpEntry& entry, std::string_view function, std::string_view text);

  const OpEntry& entry() const { return *entry_; }
  const std::string& function() const { return function_; }
  /// "(input, axis=None, keep_dims=False)".
  std::string text() const;
  /// What the op's own documentation says, its arguments under their names here, and what it raises.
  std::string documentation() const;

  /// Sorts the arguments of a vectorcall into `given`, one for each of arguments(), null where none came;
  /// `rest` holds the tuple of a collecting one. TypeError as Python's.
  void sort(PyObject* const* args, size_t count, PyObject* names, std::span<PyObject*> given,
            nb::object& rest) const;
  const std::vector<Argument>& arguments() const { return arguments_; }
  /// The attributes of a call without arguments.
  const std::vector<Attr>& attributes() const { return attributes_; }
  size_t tensors() const { return tensors_; }

  /// The value as the attribute for which `argument` stands. TypeError names function and argument.
  Attr attribute(const Argument& argument, nb::handle value) const;
  /// The same function with some attributes fixed, which are then no parameters any more.
  Signature bind(nb::dict attributes) const;

 private:
  void read(const std::string& item, const std::vector<Param>& params, std::vector<bool>& used);
  [[noreturn]] void refuse(const Argument& argument, std::string_view expected, nb::handle got) const;

  const OpEntry* entry_;
  std::string function_;
  std::vector<Argument> arguments_;
  std::vector<Attr> attributes_;
  std::vector<bool> has_attribute_;  // false for attributes without a default
  size_t tensors_ = 0;
  bool keyword_only_ = false;  // while reading: behind a `*`
};

}  // namespace nucella::python
